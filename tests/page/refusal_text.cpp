// Claims about refusals in Chinese: every sentence of the sources that a reader of the app can meet has one, none is left of a sentence that is gone, and the
// values stay.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "convbook/image.h"
#include "convbook/nets.h"
#include "convbook/weights.h"
#include "kit/refusal_text.h"

namespace convbook {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> sources() {
    const fs::path root = CONVBOOK_SOURCE_DIR;
    std::vector<fs::path> files = {root / "lib/src/lesson.cpp", root / "lib/src/comparison.cpp", root / "lib/src/engine/trial.cpp", root / "lib/src/engine/pages.cpp", root / "viz/kit/link.cpp", root / "viz/kit/export.cpp"};
    for (const char* folder : {"lib/src/io", "lib/src/nets", "viz/app"})
        for (const auto& file : fs::directory_iterator(root / folder))
            if (file.path().extension() == ".cpp") files.push_back(file.path());
    for (const auto& chapter : fs::directory_iterator(root / "chapters"))
        if (const fs::path lesson = chapter.path() / "lesson.cpp"; fs::exists(lesson)) files.push_back(lesson);
    return files;
}

/// Position behind the string or character literal that begins at `at`.
std::size_t behind_literal(const std::string& code, std::size_t at) {
    const char quote = code[at++];
    while (at < code.size() && code[at] != quote) at += code[at] == '\\' ? 2 : 1;
    return at + 1;
}

/// The arguments of a call whose opening bracket is at `at`.
std::vector<std::string> arguments(const std::string& code, std::size_t at) {
    std::vector<std::string> list(1);
    int depth = 0;
    while (at < code.size()) {
        const char c = code[at];
        if (c == '"' || c == '\'') {
            const std::size_t end = behind_literal(code, at);
            list.back() += code.substr(at, end - at);
            at = end;
            continue;
        }
        const bool opens = c == '(' || c == '[' || c == '{', closes = c == ')' || c == ']' || c == '}';
        if (closes && --depth == 0) return list;
        if (c == ',' && depth == 1) list.emplace_back();
        else if (!(opens && depth == 0)) list.back() += c;
        depth += opens;
        ++at;
    }
    return list;
}

/// "abc" "def" -> abcdef; empty if there is anything besides literals.
std::string only_literals(const std::string& code) {
    std::string text;
    for (std::size_t at = 0; at < code.size();) {
        if (std::isspace(static_cast<unsigned char>(code[at]))) { ++at; continue; }
        if (code[at] != '"') return "";
        const std::size_t end = behind_literal(code, at);
        for (std::size_t i = at + 1; i + 1 < end; ++i) text += code[i] == '\\' ? code[++i] : code[i];
        at = end;
    }
    return text;
}

/// The message of a call as a form whose gaps are {}; neighbouring gaps are one.
std::string form_of(const std::vector<std::string>& parts, std::size_t first) {
    std::string form;
    for (std::size_t i = first; i < parts.size(); ++i) {
        const std::string literal = only_literals(parts[i]);
        if (!literal.empty()) form += literal;
        else if (!form.ends_with("{}")) form += "{}";
    }
    return form;
}

std::set<std::string> forms_of_sources() {
    std::set<std::string> forms;
    for (const fs::path& file : sources()) {
        const std::string code = read(file);
        for (const auto& [call, first] : {std::pair<std::string, std::size_t>{"CONVBOOK_REQUIRE(", 1}, {"throw Error(message(", 0}})
            for (std::size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1)) forms.insert(form_of(arguments(code, at + call.size() - 1), first));
    }
    return forms;
}

std::string with_plain_gaps(std::string_view form) {
    std::string plain;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool is_gap = i + 2 < form.size() && form[i] == '{' && form[i + 2] == '}';
        plain += is_gap ? "{}" : std::string(1, form[i]);
        i += is_gap ? 2 : 0;
    }
    return plain;
}

TEST_CASE("refusals: every sentence of files, networks, links, chapters and pages has a Chinese one") {
    std::set<std::string> known;
    for (const kit::RefusalForm& form : kit::refusal_forms()) known.insert(with_plain_gaps(form.en));
    const std::set<std::string> said = forms_of_sources();
    CHECK(said.size() > 90);
    for (const std::string& form : said) CHECK_MESSAGE(known.contains(form), form);
}

TEST_CASE("refusals: no Chinese sentence belongs to an English one that is gone") {
    const std::set<std::string> said = forms_of_sources();
    for (const kit::RefusalForm& form : kit::refusal_forms()) CHECK_MESSAGE(said.contains(with_plain_gaps(form.en)), form.en);
    // Fragments are put together in many ways: their pieces stand in the sources
    std::string all;
    for (const fs::path& file : sources()) all += read(file);
    for (const kit::RefusalForm& form : kit::fragment_forms()) {
        const std::string plain = with_plain_gaps(form.en);
        for (std::size_t begin = 0; begin < plain.size();) {
            const std::size_t end = std::min(plain.find("{}", begin), plain.size());
            std::string piece = plain.substr(begin, end - begin);
            if (piece.ends_with(": ")) piece = piece.substr(1, piece.size() - 3);  // a list's name and its colon are put together
            CHECK_MESSAGE(all.find(piece) != all.npos, form.en);
            begin = end + 2;
        }
    }
}

TEST_CASE("refusals: both languages have the same gaps") {
    const auto check = [](const kit::RefusalForm& form) {
        for (char gap = '1'; gap <= '9'; ++gap) {
            const std::string mark = {'{', gap, '}'};
            // A function's name in front may stay English's
            if (form.zh.find(mark) != form.zh.npos) CHECK_MESSAGE(form.en.find(mark) != form.en.npos, form.en);
            else if (form.en.find(mark) != form.en.npos) CHECK_MESSAGE(form.en.starts_with(mark + ": "), form.en);
        }
    };
    for (const kit::RefusalForm& form : kit::refusal_forms()) check(form);
    for (const kit::RefusalForm& form : kit::fragment_forms()) check(form);
}

template <class Call>
std::string chinese_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return kit::refusal_text(error.what()).zh;
    }
    return "nothing was refused";
}

TEST_CASE("refusals: real ones keep their values") {
    CHECK(chinese_of([] { decode_image({}, "猫.jpg"); }) == "猫.jpg 是空文件。请选一个 JPEG、PNG、BMP 或 PPM 文件。");
    CHECK(chinese_of([] { build_net(parse_net_spec("shufflenet_v2:scale=0.7")); }) == "shufflenet_v2：论文表 5 的 scale 为 0.5、1、1.5、2；这里是 0.7。请从中选一个。");
    CHECK(chinese_of([] { load_image("no/such.jpg"); }).starts_with("no/such.jpg 打不开："));
    CHECK(kit::refusal_text("bind_weights: a.pth does not fit resnet18; 2 missing: fc.weight, fc.bias; 1 unexpected: x. The file says that it is vgg16: choose that network.").zh ==
          "a.pth 不适合 resnet18；缺少 2 个：fc.weight, fc.bias；多出 1 个：x。文件自称是 vgg16：请选择那个网络。");
    CHECK(kit::refusal_text("a.pth: \"w\" is not a tensor, and a state dict holds only tensors. Save it again in Python: torch.save(model.state_dict(), \"weights.pth\").").zh ==
          "a.pth：\"w\" 不是张量，而 state dict 里只有张量。请在 Python 里重新保存：torch.save(model.state_dict(), \"weights.pth\")。");
    // Two forms fit; the one that says more is meant
    CHECK(kit::refusal_text("a.pth: the names of tensors are texts of at most 256 bytes. Save it again in Python: torch.save(model.state_dict(), \"weights.pth\").").zh ==
          "a.pth：张量的名字是至多 256 字节的文字。请在 Python 里重新保存：torch.save(model.state_dict(), \"weights.pth\")。");
    CHECK(kit::refusal_text("A sentence nobody has written.").zh == "A sentence nobody has written.");
}

}  // namespace
}  // namespace convbook
