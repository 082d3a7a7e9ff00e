// Chapter 07: the same job in two steps. Counts a standard layer and a depthwise separable one with the library, and finds out
// which dense kernels the two steps can express. Leaves out all drawing and printing.
#pragma once
#include <string>
#include <vector>

#include "convbook/cost.h"
#include "convbook/lesson.h"
#include "convbook/tensor.h"

namespace convbook::ch07 {

struct Params {
    int cin = 16, cout = 32;
    int k = 3;                    ///< kernel rows and columns
    int h = 56;                   ///< rows and columns of the output (stride 1, padding (k-1)/2)
    int step = 1;                 ///< 1: look (depthwise), 2: mix (pointwise)
    std::string wire = "5-18";    ///< the pinned wire: input channel - filter
    std::string view = "cost";    ///< cost: what is left of the work; rank: which kernels two steps can express
    std::string dense = "edges";  ///< the dense kernels to be rebuilt: edges or random
    int r = 1;                    ///< separable layers summed up to rebuild them
};
const std::vector<Member<Params>>& members();

/// One layer written both ways, counted by the library (with biases; multiply-adds of the whole output and of one position).
struct Costs {
    std::int64_t standard_params = 0, separable_params = 0, depthwise_params = 0, pointwise_params = 0;
    std::int64_t standard_macs = 0, separable_macs = 0, depthwise_macs = 0, pointwise_macs = 0;
    std::int64_t block_params = 0;            ///< MobileNet's block: both halves without bias, each followed by batch norm
    std::int64_t standard_per_position() const { return standard_macs / positions; }
    std::int64_t depthwise_per_position() const { return depthwise_macs / positions; }
    std::int64_t pointwise_per_position() const { return pointwise_macs / positions; }
    std::int64_t separable_per_position() const { return separable_macs / positions; }
    double ratio() const { return static_cast<double>(separable_macs) / static_cast<double>(standard_macs); }
    std::int64_t positions = 1;
};
Costs count_costs(const Params& p);
/// 1/N + 1/K^2: the ratio in closed form; tends to 1/K^2 as N grows.
double closed_ratio(int cout, int k);

/// A dense layer seen from one input channel: `cout` kernels of k x k, and the best sum of r separable layers for it.
struct Rebuilt {
    Tensor dense;                        ///< [cout,1,k,k]: the kernels that this channel feeds
    Tensor approximation;                ///< the same, from r terms
    Tensor depthwise;                    ///< [r,1,k,k]: one depthwise kernel a term
    Tensor pointwise;                    ///< [cout,r,1,1]: one column a term
    std::vector<float> singular_values;  ///< falling; their number is the most terms that can be needed
    double error = 0;                    ///< |dense - approximation| / |dense|, Frobenius
    int rank = 0;                        ///< terms that leave no error (singular values above 1e-5 of the largest)
};
/// Singular value decomposition of the cout x k^2 matrix of kernels (Eigen), truncated after r terms: no other sum of r separable layers is closer
/// (Eckart and Young 1936).
Rebuilt rebuild(const Params& p);
/// The dense kernels: `edges` are first derivatives of a Gaussian in cout directions, `random` are normal numbers.
Tensor dense_kernels(const Params& p);

/// The one dense kernel that equals depthwise followed by pointwise: w[o,c,i,j] = pw[o,c] * dw[c,i,j].
Tensor equivalent_kernel(TensorView dw, TensorView pw);

/// The pinned wire as numbers.
struct Wire { int channel = 0, filter = 0; };
Wire parse_wire(const Params& p);

struct Result {
    Params params;
    Costs costs;
    Wire wire;
    Rebuilt rebuilt;
};
Result compute(const Params& p);
Values values(const Params& p);
std::optional<Refusal> refuse(const Params& p);

}  // namespace convbook::ch07
