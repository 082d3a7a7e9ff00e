// The four numbers N, C, H, W: the only place where an NCHW offset is computed.
// Tensors of fewer dimensions are right-aligned: C x H x W is [1,C,H,W] with rank 3, a vector is [1,1,1,W] with rank 1.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <string>

namespace convbook {

/// Two numbers for the two directions of an image; one number means both.
struct Pair {
    int h = 1, w = 1;
    constexpr Pair(int both) : h(both), w(both) {}  // NOLINT(google-explicit-constructor): `stride = 2` reads as in the papers
    constexpr Pair(int vertical, int horizontal) : h(vertical), w(horizontal) {}
    friend constexpr bool operator==(Pair, Pair) = default;
};
std::ostream& operator<<(std::ostream&, Pair);

/// N images of C channels of H x W values; row-major, W fastest.
struct Shape {
    int n = 1, c = 1, h = 1, w = 1;
    int rank = 4;  ///< how many of the last dimensions the owner wrote down; 3 is C x H x W, 2 is rows x columns

    constexpr Shape() = default;
    constexpr Shape(int images, int channels, int height, int width) : n(images), c(channels), h(height), w(width) {}
    /// Right-aligned: {C,H,W}, {rows, columns}, {length}. Throws convbook::Error for more than four or for negative numbers.
    static Shape of(std::initializer_list<int> dims);
    static Shape of(const int* dims, int rank);

    /// N*C*H*W. Throws convbook::Error if the product does not fit in memory's address range.
    std::size_t count() const;
    /// Position of element (n, c, y, x) in memory.
    constexpr std::size_t offset(int in, int ic, int iy, int ix) const {
        return ((static_cast<std::size_t>(in) * c + ic) * h + iy) * w + ix;
    }
    /// The same numbers regardless of rank.
    friend constexpr bool operator==(const Shape& a, const Shape& b) { return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w; }
};
/// "[1,32,112,112]", or "[32,112,112]" for rank 3.
std::ostream& operator<<(std::ostream&, const Shape&);
std::string to_string(const Shape&);

}  // namespace convbook
