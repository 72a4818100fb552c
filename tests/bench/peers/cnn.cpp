// Training steps of the CNN of Blücher et al. 2020, Table III, in C++ for the compiler's best: extents known at compile time, weights
// stored by inputs so that inputs which a ReLU has set to 0 are passed over. Arguments: folder of the inputs, "cnn", steps, batch size.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

constexpr int FILTERS = 5, TAPS = 8, POOLED = 343, IN = FILTERS * POOLED, HIDDEN = 256, OUT = 140, SITES = 4096, MAX_BATCH = 16;
constexpr float RATE = 1e-3f, LASSO = 1e-3f, LEAK = 0.01f;

struct Block { // parameters with Adam's moments
  std::vector<float> value, first, second;
  explicit Block(size_t n) : value(n), first(n), second(n) {}
};

static std::vector<double> load(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "rb");
  unsigned char head[10];
  if (!file || std::fread(head, 1, 10, file) != 10) std::exit((std::fprintf(stderr, "cannot read %s\n", path.c_str()), 1));
  const long start = 10 + head[8] + 256 * head[9];
  std::fseek(file, 0, SEEK_END);
  std::vector<double> values((std::ftell(file) - start) / sizeof(double));
  std::fseek(file, start, SEEK_SET);
  if (std::fread(values.data(), sizeof(double), values.size(), file) != values.size()) std::exit(1);
  std::fclose(file);
  return values;
}

static void adam(float* __restrict value, const float* __restrict g, float* __restrict first, float* __restrict second, int n, float rate, float correction) {
  for (int p = 0; p < n; p++) {
    first[p] = 0.9f * first[p] + 0.1f * g[p];
    second[p] = 0.999f * second[p] + 0.001f * g[p] * g[p];
    value[p] -= rate * first[p] / (std::sqrt(second[p]) * correction + 1e-8f);
  }
}

template <int N> static void axpy(float* __restrict y, float a, const float* __restrict x) {
  for (int j = 0; j < N; j++) y[j] += a * x[j];
}

/** Sixteen sums side by side, or the compiler may not vectorise. */
template <int N> static float dot(const float* __restrict x, const float* __restrict y) {
  float part[16] = {};
  int j = 0;
  for (; j + 16 <= N; j += 16) for (int k = 0; k < 16; k++) part[k] += x[j + k] * y[j + k];
  float sum = 0;
  for (; j < N; j++) sum += x[j] * y[j];
  for (float one : part) sum += one;
  return sum;
}

struct Network {
  Block filters{FILTERS * TAPS}, filterBias{FILTERS}, hidden{size_t(IN) * HIDDEN}, hiddenBias{HIDDEN}, output{size_t(HIDDEN) * OUT}, outputBias{OUT};
  long step = 0;
  alignas(64) float x[MAX_BATCH][SITES + 64] = {}, pooled[MAX_BATCH][IN], gPooled[MAX_BATCH][IN], h[MAX_BATCH][HIDDEN], gHidden[MAX_BATCH][HIDDEN], z[MAX_BATCH][OUT];
  alignas(64) float target[MAX_BATCH][OUT], gOut[MAX_BATCH][OUT], row[FILTERS][14][14][16], piece[HIDDEN];
  int source[MAX_BATCH][IN];

  explicit Network(const std::vector<double>& theta) {
    const double* p = theta.data();
    const auto plain = [&](std::vector<float>& to) { for (auto& v : to) v = float(*p++); };
    const auto transposed = [&](std::vector<float>& to, int in, int out) { for (int j = 0; j < out; j++) for (int i = 0; i < in; i++) to[size_t(i) * out + j] = float(*p++); };
    plain(filters.value); plain(filterBias.value);
    transposed(hidden.value, IN, HIDDEN); plain(hiddenBias.value);
    transposed(output.value, HIDDEN, OUT); plain(outputBias.value);
    project();
  }

  void project() {
    for (Block* block : {&filterBias, &hiddenBias, &outputBias}) for (auto& b : block->value) b = std::min(b, 0.0f);
  }

  void convolveAndPool(int n) {
    for (int a = 0; a < 14; a++) {
      for (int b = 0; b < 14; b++) {
        const float *p = x[n] + (a * 16 + b) * 16, *q = p + 16, *r = p + 256, *s = r + 16;
        for (int f = 0; f < FILTERS; f++) {
          const float* w = filters.value.data() + f * TAPS;
          for (int c = 0; c < 16; c++) {
            row[f][a][b][c] = w[0] * p[c] + w[1] * p[c + 1] + w[2] * q[c] + w[3] * q[c + 1] + w[4] * r[c] + w[5] * r[c + 1] + w[6] * s[c] + w[7] * s[c + 1];
          }
        }
      }
    }
    for (int f = 0, i = 0; f < FILTERS; f++) {
      for (int a = 0; a < 14; a += 2) for (int b = 0; b < 14; b += 2) for (int c = 0; c < 14; c += 2, i++) {
        float best = row[f][a][b][c];
        int at = 0;
        for (int k = 1; k < 8; k++) {
          const float v = row[f][a + (k >> 2)][b + ((k >> 1) & 1)][c + (k & 1)];
          at = v > best ? k : at;
          best = v > best ? v : best;
        }
        pooled[n][i] = std::max(best + filterBias.value[f], 0.0f);
        source[n][i] = ((a + (at >> 2)) * 16 + b + ((at >> 1) & 1)) * 16 + c + (at & 1);
      }
    }
  }

  /** One step on `batch` samples; the sum of their losses. */
  double train(int batch) {
    for (int n = 0; n < batch; n++) {
      convolveAndPool(n);
      std::copy(hiddenBias.value.begin(), hiddenBias.value.end(), h[n]);
      std::copy(outputBias.value.begin(), outputBias.value.end(), z[n]);
    }
    for (int i = 0; i < IN; i++) for (int n = 0; n < batch; n++) if (pooled[n][i] != 0) axpy<HIDDEN>(h[n], pooled[n][i], &hidden.value[size_t(i) * HIDDEN]);
    for (int n = 0; n < batch; n++) for (int j = 0; j < HIDDEN; j++) h[n][j] = std::max(h[n][j], 0.0f);
    for (int j = 0; j < HIDDEN; j++) for (int n = 0; n < batch; n++) if (h[n][j] != 0) axpy<OUT>(z[n], h[n][j], &output.value[size_t(j) * OUT]);
    double loss = 0;
    for (int n = 0; n < batch; n++) {
      for (int k = 0; k < OUT; k++) {
        const float slope = z[n][k] > 0 ? 1 : LEAK, difference = z[n][k] * slope - target[n][k];
        loss += double(difference) * difference / OUT;
        gOut[n][k] = 2 * difference * slope / (OUT * batch);
      }
    }
    for (int j = 0; j < HIDDEN; j++) for (int n = 0; n < batch; n++) gHidden[n][j] = h[n][j] > 0 ? dot<OUT>(&output.value[size_t(j) * OUT], gOut[n]) : 0;
    for (int i = 0; i < IN; i++) for (int n = 0; n < batch; n++) gPooled[n][i] = pooled[n][i] > 0 ? dot<HIDDEN>(&hidden.value[size_t(i) * HIDDEN], gHidden[n]) : 0;
    step++;
    const float rate = float(RATE / (1 - std::pow(0.9, step))), correction = float(1 / std::sqrt(1 - std::pow(0.999, step)));
    const auto update = [&](Block& block, size_t start, const float* g, int n) {
      adam(block.value.data() + start, g, block.first.data() + start, block.second.data() + start, n, rate, correction);
    };
    float gFilter[FILTERS * TAPS], gFilterBias[FILTERS] = {};
    for (int k = 0; k < FILTERS * TAPS; k++) gFilter[k] = LASSO * float((filters.value[k] > 0) - (filters.value[k] < 0));
    for (int f = 0; f < FILTERS; f++) {
      for (int n = 0; n < batch; n++) {
        for (int i = f * POOLED; i < (f + 1) * POOLED; i++) {
          const float g = gPooled[n][i], *p = x[n] + source[n][i];
          const int offset[TAPS] = {0, 1, 16, 17, 256, 257, 272, 273};
          for (int k = 0; k < TAPS; k++) gFilter[f * TAPS + k] += g * p[offset[k]];
          gFilterBias[f] += g;
        }
      }
    }
    update(filters, 0, gFilter, FILTERS * TAPS);
    update(filterBias, 0, gFilterBias, FILTERS);
    for (int i = 0; i < IN; i++) {
      std::fill_n(piece, HIDDEN, 0.0f);
      for (int n = 0; n < batch; n++) if (pooled[n][i] != 0) axpy<HIDDEN>(piece, pooled[n][i], gHidden[n]);
      update(hidden, size_t(i) * HIDDEN, piece, HIDDEN);
    }
    std::fill_n(piece, HIDDEN, 0.0f);
    for (int n = 0; n < batch; n++) axpy<HIDDEN>(piece, 1, gHidden[n]);
    update(hiddenBias, 0, piece, HIDDEN);
    for (int j = 0; j < HIDDEN; j++) {
      std::fill_n(piece, OUT, 0.0f);
      for (int n = 0; n < batch; n++) if (h[n][j] != 0) axpy<OUT>(piece, h[n][j], gOut[n]);
      update(output, size_t(j) * OUT, piece, OUT);
    }
    std::fill_n(piece, OUT, 0.0f);
    for (int n = 0; n < batch; n++) axpy<OUT>(piece, 1, gOut[n]);
    update(outputBias, 0, piece, OUT);
    project();
    return loss;
  }
};

int main(int, char** argument) {
  const std::string folder = argument[1];
  const int steps = std::atoi(argument[3]), batch = std::min(std::atoi(argument[4]), MAX_BATCH);
  const auto x = load(folder + "/x.npy"), target = load(folder + "/target.npy"), theta = load(folder + "/theta.npy");
  const auto orders = load(folder + "/orders.npy"), signs = load(folder + "/signs.npy"), expected = load(folder + "/expected.npy");
  const int samples = int(x.size() / SITES), inEpoch = samples / batch;
  const std::vector<float> fields(x.begin(), x.end()), targets(target.begin(), target.end());

  const auto run = [&](int count) {
    auto network = std::make_unique<Network>(theta);
    std::vector<double> losses;
    for (int s = 0; s < count; s++) {
      for (int n = 0; n < batch; n++) {
        const size_t k = size_t(s) * batch + n, sample = size_t(orders[k]);
        const float sign = float(signs[k]);
        for (int p = 0; p < SITES; p++) network->x[n][p] = sign * fields[sample * SITES + p];
        std::copy_n(&targets[sample * OUT], OUT, network->target[n]);
      }
      if (s % inEpoch == 0) losses.push_back(0);
      losses.back() += network->train(batch) / samples;
    }
    return losses;
  };
  const auto losses = run(int(expected.size()) * inEpoch);
  for (size_t e = 0; e < expected.size(); e++) {
    if (!(std::fabs(losses[e] - expected[e]) <= 1e-4 * expected[e])) {
      return std::fprintf(stderr, "mean loss of epoch %zu: ours %.8g, the peer's %.8g\n", e + 1, expected[e], losses[e]), 1;
    }
  }
  const char* repetitions = std::getenv("PHASELENS_REPETITIONS");
  for (int k = repetitions ? std::atoi(repetitions) : 5; k > 0; k--) {
    const auto start = std::chrono::steady_clock::now();
    run(steps);
    std::printf("{\"ms\": %.6f}\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
}
