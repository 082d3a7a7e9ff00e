// The matrices of a pointwise convolution in Strassen's way, from sums of its weights' quarters. Leaves out the order within a matrix (pack_pointwise).
#include "kernels/packing.h"

namespace convbook::kernels {
namespace {

using Matrix = std::vector<float>;

Matrix sum(const Matrix& a, float sign, const Matrix& b) {
    Matrix total(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) total[i] = a[i] + sign * b[i];
    return total;
}

/// What to pack, and for which places.
struct Weights {
    OutputWeights w;
    ChannelOrder in, out;
    int lanes;
    int half_depth() const { return static_cast<int>(in.size()) / 2; }
};

/// Weights of `blocks` blocks of outputs from `first_block` on, for one half of the inputs: [output][input].
Matrix quarter(const Weights& weights, int first_block, int blocks, int half) {
    const int depth = weights.half_depth();
    Matrix values;
    values.reserve(static_cast<std::size_t>(blocks * weights.lanes * depth));
    for (int place = first_block * weights.lanes; place < (first_block + blocks) * weights.lanes; ++place) {
        const int output = weights.out[static_cast<std::size_t>(place)];
        const float* row = weights.w.w + static_cast<std::ptrdiff_t>(output) * 2 * depth;
        for (int k = 0; k < depth; ++k) values.push_back(row[weights.in[static_cast<std::size_t>(half * depth + k)]] * weights.w.factor_of(output));
    }
    return values;
}

/// In the order of StrassenMatrix.
std::vector<Matrix> strassen_matrices(const Weights& weights, const StrassenTile& tile) {
    const Matrix a11 = quarter(weights, tile.first_block, tile.blocks, 0), a12 = quarter(weights, tile.first_block, tile.blocks, 1);
    const Matrix a21 = quarter(weights, tile.first_block + tile.blocks, tile.blocks, 0), a22 = quarter(weights, tile.first_block + tile.blocks, tile.blocks, 1);
    const Matrix s1 = sum(a21, 1, a22), s2 = sum(s1, -1, a11), s3 = sum(a11, -1, a21), s4 = sum(a12, -1, s2);
    return {a11, a12, s2, s3, s1, s4, sum(Matrix(a22.size()), -1, a22), a21};
}

PointwiseRun packed(const Matrix& matrix, const Weights& weights, int blocks, const BlockedTable& table) {
    const int outputs = blocks * weights.lanes, inputs = weights.half_depth();
    return pack_pointwise(matrix.data(), inputs, outputs, 1, dense_order(inputs, weights.lanes), dense_order(outputs, weights.lanes), table).front();
}

}  // namespace

StrassenWeights pack_strassen(OutputWeights w, const ChannelOrder& in, const ChannelOrder& out, const BlockedTable& table) {
    const Weights weights{w, in, out, table.lanes};
    const int blocks = static_cast<int>(out.size()) / table.lanes;
    StrassenWeights all;
    for (int block = 0; block < blocks; block += 2 * all.tiles.back().blocks) {
        const int half = tile_of((blocks - block) / 2, table.tile_blocks);
        const PointwiseRun one = packed({}, weights, half, table);
        all.tiles.push_back({block, half, one.size, all.w.count, one.w.count});
        all.depth = one.in;
        all.w.count += kStrassenMatrices * one.w.count;
    }
    all.w.write = [weights, tiles = all.tiles, &table](float* to) {
        for (const StrassenTile& tile : tiles)
            for (const Matrix& matrix : strassen_matrices(weights, tile)) packed(matrix, weights, tile.blocks, table).w.write(to), to += tile.floats;
    };
    return all;
}

}  // namespace convbook::kernels
