// Chapters as the app sees them: what figures and exercises registered, joined with lessons and with the titles of the embedded READMEs.
#include "registry.h"

#include <algorithm>
#include <map>

#include "convbook/embedded.h"

namespace convbook::kit {
namespace {

struct Registered {
    std::function<std::unique_ptr<Figure>()> make_figure;
    std::function<std::vector<Exercise>()> make_exercises;
};
std::map<std::string, Registered>& registered() {
    static std::map<std::string, Registered> map;
    return map;
}

std::string_view embedded_text(const std::string& path) {
    for (const embedded::File& file : embedded::book())
        if (file.path == path) return file.text();
    return {};
}

std::string_view readme(const std::string& folder, Language language) {
    return embedded_text("chapters/" + folder + (language == Language::zh ? "/README.zh-CN.md" : "/README.md"));
}

// Marks of the weaver and trailing spaces are not part of a title
std::string plain(std::string_view line) {
    std::string out(line);
    for (std::size_t begin; (begin = out.find("<!--")) != out.npos;) {
        const std::size_t end = out.find("-->", begin);
        out.erase(begin, end == out.npos ? out.npos : end + 3 - begin);
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == '\r')) out.pop_back();
    return out;
}

// The first "# ..." without a leading chapter number
std::string first_heading(std::string_view text) {
    std::size_t at = text.starts_with("# ") ? 0 : text.find("\n# ");
    if (at == text.npos) return {};
    at = text.find('#', at) + 2;
    std::string title = plain(text.substr(at, text.find('\n', at) - at));
    const std::size_t word = title.find_first_not_of("0123456789. ·");
    return word == title.npos ? title : title.substr(word);
}

// The first paragraph that is emphasised as a whole: *How can the same job cost one eighth?*
std::string first_emphasised_paragraph(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = plain(text.substr(at, end - at));
        const bool is_whole = line.size() > 2 && (line[0] == '*' || line[0] == '_') && line.back() == line[0] && line[1] != line[0] && line[1] != ' ';
        if (is_whole) return line.substr(1, line.size() - 2);
        at = end + 1;
    }
    return {};
}

Chapter make_chapter(const LessonEntry& lesson, const Registered& faces) {
    Chapter chapter{lesson.folder, lesson.folder.substr(0, 2), {}, {}, lesson.lesson, faces.make_figure, {}};
    const std::string_view en = readme(lesson.folder, Language::en), zh = readme(lesson.folder, Language::zh);
    chapter.title = {first_heading(en), first_heading(zh)};
    chapter.question = {first_emphasised_paragraph(en), first_emphasised_paragraph(zh)};
    if (faces.make_exercises) chapter.exercises = faces.make_exercises();
    return chapter;
}

}  // namespace

bool register_figure(const char* folder, std::function<std::unique_ptr<Figure>()> make) {
    registered()[folder].make_figure = std::move(make);
    return true;
}

bool register_exercises(const char* folder, std::function<std::vector<Exercise>()> make) {
    registered()[folder].make_exercises = std::move(make);
    return true;
}

const std::vector<Chapter>& list_chapters() {
    static const std::vector<Chapter> chapters = [] {
        std::vector<Chapter> list;
        for (const LessonEntry& lesson : list_lessons())
            if (const auto faces = registered().find(lesson.folder); faces != registered().end() && faces->second.make_figure)
                list.push_back(make_chapter(lesson, faces->second));
        return list;
    }();
    return chapters;
}

const Chapter* find_chapter(std::string_view number_or_folder) {
    for (const Chapter& chapter : list_chapters())
        if (chapter.number == number_or_folder || chapter.folder == number_or_folder) return &chapter;
    return nullptr;
}

std::string_view chapter_text(const Chapter& chapter, Language language) { return readme(chapter.folder, language); }

}  // namespace convbook::kit
