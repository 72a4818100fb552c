// Checkerboard sweeps of the Ising model on 128², in C++ for the compiler's best: extents known at compile time, one byte a spin, no branch
// that depends on a spin. With the numbers of Philox it makes our configuration, bit for bit; then it is measured with xoshiro256++, which
// is what one would take. Arguments: folder of the inputs, heatBath or metropolis, sweeps, β, the four words of our stream.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

constexpr int N = 128, V = N * N;
static int8_t spins[V];
static double flip[2][5]; // probabilities, by the spin and the sum of its neighbours

struct Philox {
  uint32_t k0, k1, c2, c3;
  uint64_t block = 0;
  uint32_t word[4];
  int used = 4;
  uint64_t next() {
    if (used == 4) {
      uint32_t x0 = uint32_t(block), x1 = uint32_t(block >> 32), x2 = c2, x3 = c3, a = k0, b = k1;
      for (int round = 0; round < 10; round++, a += 0x9e3779b9, b += 0xbb67ae85) {
        const uint64_t p = uint64_t(0xd2511f53) * x0, q = uint64_t(0xcd9e8d57) * x2;
        x0 = uint32_t(q >> 32) ^ x1 ^ a;
        x2 = uint32_t(p >> 32) ^ x3 ^ b;
        x1 = uint32_t(q);
        x3 = uint32_t(p);
      }
      word[0] = x0, word[1] = x1, word[2] = x2, word[3] = x3;
      block++;
      used = 0;
    }
    const uint64_t first = word[used] >> 5, second = word[used + 1] >> 6;
    used += 2;
    return first << 26 | second;
  }
};

struct Xoshiro {
  uint64_t s[4] = {1, 2, 3, 4};
  static uint64_t turned(uint64_t x, int k) { return x << k | x >> (64 - k); }
  uint64_t next() {
    const uint64_t result = turned(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= t;
    s[3] = turned(s[3], 45);
    return result >> 11;
  }
};

template <class Random> static void sweeps(int count, Random random) {
  for (int sweep = 0; sweep < count; sweep++) {
    for (int colour = 0; colour < 2; colour++) {
      for (int a = 0; a < N; a++) {
        const int8_t *up = spins + (a + 1) % N * N, *down = spins + (a + N - 1) % N * N;
        int8_t* row = spins + a * N;
        for (int b = (a + colour) % 2; b < N; b += 2) {
          const int sum = up[b] + down[b] + row[(b + 1) % N] + row[(b + N - 1) % N], spin = row[b];
          const double u = double(random.next()) * 0x1p-53;
          row[b] = u < flip[spin > 0][(sum + 4) / 2] ? -spin : spin;
        }
      }
    }
  }
}

int main(int, char** argument) {
  const std::string folder = argument[1];
  const bool heatBath = std::string(argument[2]) == "heatBath";
  const int count = std::atoi(argument[3]);
  const double beta = std::atof(argument[4]);
  for (int up = 0; up < 2; up++) {
    for (int k = 0; k < 5; k++) {
      const double difference = (up ? 2 : -2) * double(2 * k - 4), weight = std::exp(-beta * difference);
      flip[up][k] = heatBath ? weight / (1 + weight) : 0.875 * std::fmin(1, weight); // 7/8 of the sites are asked
    }
  }
  static double expected[V];
  FILE* file = std::fopen((folder + "/expected.npy").c_str(), "rb");
  unsigned char head[10];
  if (!file || std::fread(head, 1, 10, file) != 10) return std::fprintf(stderr, "cannot read expected.npy\n"), 1;
  std::fseek(file, 10 + head[8] + 256 * head[9], SEEK_SET);
  if (std::fread(expected, sizeof(double), V, file) != size_t(V)) return std::fprintf(stderr, "expected.npy is too short\n"), 1;
  std::fclose(file);

  uint32_t words[4];
  for (int k = 0; k < 4; k++) words[k] = uint32_t(std::strtoul(argument[5 + k], nullptr, 10));
  for (auto& spin : spins) spin = 1;
  sweeps(count, Philox{words[0], words[1], words[2], words[3]});
  int differing = 0;
  for (int i = 0; i < V; i++) differing += spins[i] != expected[i];
  if (differing > 0) return std::fprintf(stderr, "%d of %d spins differ\n", differing, V), 1;

  const char* repetitions = std::getenv("PHASELENS_REPETITIONS");
  for (int k = repetitions ? std::atoi(repetitions) : 5; k > 0; k--) {
    for (auto& spin : spins) spin = 1;
    const auto start = std::chrono::steady_clock::now();
    sweeps(count, Xoshiro{});
    std::printf("{\"ms\": %.6f}\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
}
