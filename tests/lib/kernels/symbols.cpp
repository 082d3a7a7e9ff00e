// The linker's view of a backend: a weak symbol compiled for AVX2 may become the whole program's copy and crash an older CPU, and a helper that became a
// function of its own costs half the speed.
// Runs nm on the object files that CMake names; leaves out what the code does (agreement.cpp).
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace convbook {
namespace {

std::string output_of(const std::string& command) {
    std::string text;
    std::array<char, 4096> part;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    while (const std::size_t size = fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), size);
    REQUIRE(pclose(pipe) == 0);
    return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

/// Names of the symbols whose nm letter is one of these.
std::vector<std::string> symbols(const std::string& object, const std::string& letters) {
    std::vector<std::string> names;
    for (const std::string& line : split(output_of(CONVBOOK_NM " -C " + object), '\n')) {
        if (line.size() > 19 && letters.find(line[17]) != std::string::npos) names.push_back(line.substr(19));
    }
    return names;
}

}  // namespace

TEST_CASE("kernel objects: each instruction set exports one strong symbol and no weak one") {
    for (const std::string& object : split(CONVBOOK_ISA_OBJECTS, ':')) {
        CAPTURE(object);
        const auto strong = symbols(object, "TDBRC"), weak = symbols(object, "WVuvw");
        REQUIRE(strong.size() == 1);
        CHECK(strong[0].rfind("convbook::kernels::fill_", 0) == 0);
        CAPTURE((weak.empty() ? std::string() : weak[0]));
        CHECK(weak.empty());
    }
}

TEST_CASE("kernel objects: no function takes a tile's sums by reference, they stay in registers") {
    const std::regex by_reference(R"((__vector\(\d+\)|vector\[\d+\]|__m128|float32x4_t) \(&\) \[)");
    for (const std::string& object : split(CONVBOOK_ISA_OBJECTS, ':')) {
        CAPTURE(object);
        for (const std::string& name : symbols(object, "tT")) {
            CAPTURE(name);
            CHECK_FALSE(std::regex_search(name, by_reference));
        }
    }
}

}  // namespace convbook
