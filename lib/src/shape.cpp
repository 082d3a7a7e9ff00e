// Shapes: right alignment into N,C,H,W, the number of elements, and how a shape is written in messages.
// Leaves out offsets, which shape.h keeps inline.
#include "convbook/shape.h"

#include <cstdint>
#include <limits>
#include <ostream>
#include <sstream>

#include "convbook/error.h"

namespace convbook {
namespace {

std::string list_of(const int* dims, int rank) {
    std::ostringstream text;
    text << '[';
    for (int i = 0; i < rank; ++i) text << (i ? "," : "") << dims[i];
    text << ']';
    return text.str();
}

}  // namespace

Shape Shape::of(std::initializer_list<int> dims) { return of(dims.begin(), static_cast<int>(dims.size())); }

Shape Shape::of(const int* dims, int rank) {
    CONVBOOK_REQUIRE(rank >= 0 && rank <= 4, "Shape: a tensor has up to four dimensions (N,C,H,W); got ", rank, " of them. Merge some before.");
    Shape shape;
    int* const slots[] = {&shape.n, &shape.c, &shape.h, &shape.w};
    for (int i = 0; i < rank; ++i) {
        CONVBOOK_REQUIRE(dims[i] >= 0, "Shape: a size is 0 or more; got ", list_of(dims, rank), ". Correct dimension ", i, ".");
        *slots[4 - rank + i] = dims[i];
    }
    shape.rank = rank;
    return shape;
}

std::size_t Shape::count() const {
    CONVBOOK_REQUIRE(n >= 0 && c >= 0 && h >= 0 && w >= 0, "Shape: a size is 0 or more; got ", *this, ". Correct the negative one.");
    if (n == 0 || c == 0 || h == 0 || w == 0) return 0;
    // Multiply only while the product stays addressable as bytes of float32
    constexpr std::uint64_t largest = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
    std::uint64_t product = 1;
    for (const std::uint64_t size : {n, c, h, w}) {
        CONVBOOK_REQUIRE(product <= largest / size, "Shape: ", *this, " has more elements than memory has addresses. Use smaller sizes.");
        product *= size;
    }
    return product;
}

std::ostream& operator<<(std::ostream& stream, Pair pair) {
    if (pair.h == pair.w) return stream << pair.h;
    return stream << '(' << pair.h << ',' << pair.w << ')';
}

std::ostream& operator<<(std::ostream& stream, const Shape& shape) {
    const int dims[] = {shape.n, shape.c, shape.h, shape.w};
    return stream << list_of(dims + (4 - shape.rank), shape.rank);
}

std::string to_string(const Shape& shape) {
    std::ostringstream text;
    text << shape;
    return text.str();
}

}  // namespace convbook
