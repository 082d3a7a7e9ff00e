// Chapters as the app sees them: what figures and exercises registered, joined with lessons and with the titles of the embedded READMEs.
#include "registry.h"

#include <map>

#include "chapter_head.h"
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

Chapter make_chapter(const LessonEntry& lesson, const Registered& faces) {
    Chapter chapter{lesson.folder, lesson.folder.substr(0, 2), {}, {}, lesson.lesson, faces.make_figure, {}};
    const ChapterHead en = read_chapter_head(readme(lesson.folder, Language::en)), zh = read_chapter_head(readme(lesson.folder, Language::zh));
    chapter.title = {en.title, zh.title};
    chapter.question = {en.question, zh.question};
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
