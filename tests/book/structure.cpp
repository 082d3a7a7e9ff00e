// Claims about the house itself: which folder may include what, how long a file may be, where the processor may be asked for.
#include <doctest/doctest.h>

#include <regex>

#include "files.h"

using namespace convbook;
using namespace convbook::book_test;

namespace {

constexpr std::size_t kFileLimit = 400, kHeaderLimit = 200, kPublicHeadersLimit = 1500;

struct Arrow {
    const char* files;      // whose includes
    const char* forbidden;  // what they may not name
};
// DESIGN: lib -> std; lesson -> lib, Eigen; kit -> lib, screen; figure -> lesson, kit; app -> kit; tests -> everything
const std::vector<Arrow> kArrows = {
    {"lib/.*", "imgui|GLFW/|GL/|EGL/|ft2build|fmt/|CLI/|md4c|chapters/|kit/|cli/|app/|console/|iostream"},
    {"lib/src/(?!io/).*", "stb_|zlib|nlohmann|onnx"},
    {"chapters/[0-9_].*/lesson.*", "imgui|GLFW/|GL/|EGL/|fmt/|CLI/|md4c|kit/|cli/|app/|console/|doctest|iostream|fstream|figure"},
    {"chapters/[0-9_].*/main\\.cpp", "imgui|GLFW/|GL/|EGL/|md4c|kit/|cli/|app/|doctest|figure"},
    {"chapters/[0-9_].*/claims.*", "imgui|GLFW/|GL/|EGL/|fmt/|CLI/|md4c|kit/|cli/|app/|console/|figure"},
    {"chapters/[0-9_].*/(figure|exercises).*", "GLFW/|GL/|EGL/|CLI/|md4c|cli/|app/|console/|doctest"},
    {"viz/kit/.*", "chapters/|cli/|app/|console/|GLFW/|CLI/|fmt/|doctest"},
    {"viz/app/.*", "chapters/|cli/|console/|lesson\\.h\"$|CLI/|doctest"},
    {"viz/cli/.*", "chapters/|doctest"},
    {"tests/(golden|bench)/.*", "doctest|imgui|kit/|app/|cli/"},
};

std::vector<std::string> includes_of(const fs::path& file) {
    static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::vector<std::string> names;
    std::smatch match;
    for (const std::string& line : lines_of(file))
        if (std::regex_search(line, match, include)) names.push_back(match[1]);
    return names;
}

// The library's own lesson.h is everybody's; another chapter's is nobody's
bool is_forbidden(const std::string& include, const std::string& forbidden) {
    if (include.starts_with("convbook/")) return false;
    return std::regex_search(include, std::regex("^(.*/)?(" + forbidden + ")"));
}

bool declares_function(const std::string& line) {
    static const std::regex declaration(R"(^[A-Za-z_][\w:<>,&\* ]* \*?\w+\(.*\);)");
    return std::regex_search(line, declaration);
}

}  // namespace

TEST_CASE("the arrows hold: no folder includes what it may not know") {
    for (const fs::path& file : source_files())
        for (const Arrow& arrow : kArrows) {
            if (!std::regex_match(name_of(file), std::regex(arrow.files))) continue;
            for (const std::string& include : includes_of(file)) {
                INFO(name_of(file), " includes ", include);
                CHECK_FALSE(is_forbidden(include, arrow.forbidden));
            }
        }
}

TEST_CASE("no chapter includes another chapter") {
    static const std::regex chapter("(^|/)[0-9][0-9]_");
    for (const fs::path& file : source_files())
        for (const std::string& include : includes_of(file)) {
            INFO(name_of(file), " includes ", include);
            CHECK_FALSE(std::regex_search(include, chapter));
        }
}

TEST_CASE("no file is longer than 400 lines, no header than 200") {
    for (const fs::path& file : source_files()) {
        const std::size_t lines = lines_of(file).size(), limit = file.extension() == ".h" && name_of(file).starts_with("lib/include/") ? kHeaderLimit : kFileLimit;
        INFO(name_of(file), ": ", lines, " lines, limit ", limit);
        CHECK(lines <= limit);
    }
}

TEST_CASE("the library's public face is a cheat sheet: its headers together stay below 1,500 lines") {
    std::size_t total = 0;
    for (const fs::path& file : files_below("lib/include", {".h"})) total += lines_of(file).size();
    CHECK(total < kPublicHeadersLimit);
}

TEST_CASE("every source file, or the header it implements, begins with what it is for") {
    const auto begins_with_words = [](const fs::path& file) { return fs::exists(file) && lines_of(file).front().starts_with("//"); };
    for (const fs::path& file : source_files()) {
        INFO(name_of(file));
        CHECK((begins_with_words(file) || begins_with_words(fs::path(file).replace_extension(".h"))));
    }
}

TEST_CASE("only dispatch.cpp asks the compiler which processor this is") {
    static const std::regex question(R"(^\s*#\s*(if|ifdef|ifndef|elif).*(__SSE|__AVX|__ARM|__aarch64|__arm|__x86_64|__i386|_M_X64|_M_ARM))");
    for (const fs::path& file : source_files()) {
        if (name_of(file) == "lib/src/kernels/dispatch.cpp") continue;
        for (const std::string& line : lines_of(file)) {
            INFO(name_of(file), ": ", line);
            CHECK_FALSE(std::regex_search(line, question));
        }
    }
}

TEST_CASE("every function of ops.h and grad.h is documented, above it or beside it") {
    for (const auto& [header, least] : {std::pair{"ops.h", 30}, {"grad.h", 20}}) {
        const std::vector<std::string> lines = lines_of(root() / "lib/include/convbook" / header);
        int functions = 0;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            if (!declares_function(lines[i])) continue;
            ++functions;
            INFO(header, ":", i + 1, ": ", lines[i]);
            CHECK((lines[i].find("///<") != std::string::npos || lines[i - 1].starts_with("///")));
        }
        CHECK(functions > least);
    }
}

TEST_CASE("every operation of ops.h and gradient of grad.h is defined in lib/src/ops") {
    static const std::regex operation(R"(^Tensor (\w+)\()");
    std::string sources;
    for (const fs::path& file : files_below("lib/src/ops", {".cpp"})) sources += docs::read_text_file(file);
    std::smatch match;
    for (const char* header : {"ops.h", "grad.h"})
        for (const std::string& line : lines_of(root() / "lib/include/convbook" / header))
            if (std::regex_search(line, match, operation)) {
                INFO(match[1].str());
                CHECK(sources.find("Tensor " + match[1].str() + "(") != std::string::npos);
            }
}
