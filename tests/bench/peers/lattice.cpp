// Forces and the staggered Dirac operator of Blücher et al. 2020 on 16³, in C++ for the compiler's best: extents known at compile time,
// rows padded so that all loops vectorise. Arguments: folder of the inputs, what to measure, how often in one repetition, κ, λ, M_f, g.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

constexpr int N = 16, V = N * N * N;
alignas(64) static double field[V], mass[V], weight[V], force[V], chi[2][V], x[V], r[V], p[V], t[V], q[V];

static void load(const std::string& path, double* out) {
  FILE* file = std::fopen(path.c_str(), "rb");
  unsigned char head[10];
  if (!file || std::fread(head, 1, 10, file) != 10) std::exit((std::fprintf(stderr, "cannot read %s\n", path.c_str()), 1));
  std::fseek(file, 10 + head[8] + 256 * head[9], SEEK_SET);
  if (std::fread(out, sizeof(double), V, file) != size_t(V)) std::exit((std::fprintf(stderr, "%s is too short\n", path.c_str()), 1));
  std::fclose(file);
}

/** Calls use(row, centre, the four neighbouring rows, the row itself with one site more at both ends) for each row of u. */
template <class Use> static inline void rows(const double* u, Use use) {
  for (int a = 0; a < N; a++) {
    const int up = (a + 1) % N, down = (a + N - 1) % N;
    for (int b = 0; b < N; b++) {
      const int right = (b + 1) % N, left = (b + N - 1) % N, row = (a * N + b) * N;
      alignas(64) double padded[N + 2];
      std::memcpy(padded + 1, u + row, N * sizeof(double));
      padded[0] = u[row + N - 1];
      padded[N + 1] = u[row];
      use(a, b, row, u + (up * N + b) * N, u + (down * N + b) * N, u + (a * N + right) * N, u + (a * N + left) * N, padded);
    }
  }
}

/** out ← D u for S = 1, Dᵀ u for S = −1; Eq. (2). */
template <int S> static void dirac(double* __restrict out, const double* __restrict u) {
  rows(u, [&](int a, int b, int row, const double* p1, const double* m1, const double* p2, const double* m2, const double* padded) {
    const double e1 = 0.5 * S, e2 = a & 1 ? -e1 : e1, e3 = (a + b) & 1 ? -e1 : e1;
    for (int z = 0; z < N; z++) {
      out[row + z] = mass[row + z] * u[row + z] + e1 * (p1[z] - m1[z]) + e2 * (p2[z] - m2[z]) + e3 * (padded[z + 2] - padded[z]);
    }
  });
}

static void scalarForce(double* __restrict out, const double* __restrict phi, double kappa, double lambda) {
  const double k = 2 * kappa, c1 = -2 * (1 - 2 * lambda), c3 = -4 * lambda;
  rows(phi, [&](int, int, int row, const double* p1, const double* m1, const double* p2, const double* m2, const double* padded) {
    for (int z = 0; z < N; z++) {
      const double c = padded[z + 1];
      out[row + z] = k * (p1[z] + m1[z] + p2[z] + m2[z] + padded[z + 2] + padded[z]) + c * (c1 + c3 * c * c);
    }
  });
}

/** The second-order determinant's force, two flavours. */
static void addHoppingForce(double* __restrict out, const double* __restrict phi, double fermionMass, double g) {
  for (int i = 0; i < V; i++) weight[i] = 1 / (fermionMass + g * phi[i]);
  rows(weight, [&](int, int, int row, const double* p1, const double* m1, const double* p2, const double* m2, const double* padded) {
    for (int z = 0; z < N; z++) {
      const double w = padded[z + 1];
      out[row + z] += 2 * g * w * (1 - 0.25 * w * (p1[z] + m1[z] + p2[z] + m2[z] + padded[z + 2] + padded[z]));
    }
  });
}

/** Eight sums side by side, or the compiler may not vectorise. */
static double dot(const double* u, const double* v) {
  double part[8] = {};
  for (int i = 0; i < V; i += 8) for (int k = 0; k < 8; k++) part[k] += u[i + k] * v[i + k];
  double sum = 0;
  for (double one : part) sum += one;
  return sum;
}

/** x ← (DᵀD)⁻¹ b by conjugate gradients to a relative residual. */
static void solve(const double* b, double tolerance) {
  std::memset(x, 0, sizeof x);
  std::memcpy(r, b, sizeof r);
  std::memcpy(p, b, sizeof p);
  const double first = dot(b, b);
  for (double rr = first; rr > tolerance * tolerance * first;) {
    dirac<1>(t, p);
    dirac<-1>(q, t);
    const double alpha = rr / dot(t, t);
    for (int i = 0; i < V; i++) { x[i] += alpha * p[i]; r[i] -= alpha * q[i]; }
    const double next = dot(r, r), beta = next / rr;
    for (int i = 0; i < V; i++) p[i] = r[i] + beta * p[i];
    rr = next;
  }
}

int main(int, char** argument) {
  const std::string folder = argument[1], what = argument[2];
  const int often = std::atoi(argument[3]);
  const double kappa = std::atof(argument[4]), lambda = std::atof(argument[5]), fermionMass = std::atof(argument[6]), g = std::atof(argument[7]);
  static double expected[V];
  load(folder + "/field.npy", field);
  load(folder + "/expected.npy", expected);
  for (int i = 0; i < V; i++) mass[i] = fermionMass + g * field[i];
  if (what != "hopping") for (int k = 0; k < 2; k++) load(folder + "/chi" + std::to_string(k) + ".npy", chi[k]);

  auto once = [&] {
    if (what == "dirac") return dirac<1>(force, chi[0]);
    scalarForce(force, field, kappa, lambda);
    if (what == "hopping") return addHoppingForce(force, field, fermionMass, g);
    for (int i = 0; i < V; i++) mass[i] = fermionMass + g * field[i];
    for (auto& source : chi) {
      solve(source, 1e-8);
      dirac<1>(t, x);
      for (int i = 0; i < V; i++) force[i] += g * x[i] * t[i];
    }
  };
  once();
  double worst = 0, largest = 0;
  for (int i = 0; i < V; i++) {
    worst = std::fmax(worst, std::fabs(force[i] - expected[i]));
    largest = std::fmax(largest, std::fabs(expected[i]));
  }
  if (!(worst <= 1e-8 * largest)) return std::fprintf(stderr, "results differ by %g of the largest value\n", worst / largest), 1;

  const char* repetitions = std::getenv("PHASELENS_REPETITIONS");
  for (int k = repetitions ? std::atoi(repetitions) : 5; k > 0; k--) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < often; i++) once();
    std::printf("{\"ms\": %.6f}\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
}
