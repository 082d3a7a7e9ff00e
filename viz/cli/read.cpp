// `convbook read 07`: a chapter as plain text, for screen readers and pipes. With a state, its numbers are those of that state.
// Leaves parsing and line breaking to kit/markdown.h.
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "convbook/embedded.h"
#include "convbook/lesson.h"
#include "kit/markdown.h"
#ifdef CONVBOOK_HAS_FIGURES
#include "kit/registry.h"
#endif

namespace convbook::cli {
namespace {

struct Options {
    std::string link, language = "en";
    int columns = 100;
};

std::string known_chapters() {
    std::string numbers;
    for (const LessonEntry& entry : list_lessons()) numbers += (numbers.empty() ? "" : ", ") + entry.folder.substr(0, 2);
    return numbers;
}

const LessonEntry& find_entry(const std::string& chapter) {
    for (const LessonEntry& entry : list_lessons())
        if (entry.lesson == find_lesson(chapter)) return entry;
    throw UsageError(message("read: there is no chapter \"", chapter, "\". Choose one of ", known_chapters(), "."));
}

std::string_view embedded_text(const std::string& path) {
    for (const embedded::File& file : embedded::book())
        if (file.path == path) return file.text();
    throw Error(message("read: this program was built without ", path, "; build it again."));
}

// The values of the state in the link; none for a bare chapter number, whose text is woven in the default state
Values values_of(const LessonEntry& entry, const std::string& query) {
    const Settings settings = parse_query(query);
    const auto refusal = entry.lesson->refuse(settings);
    CONVBOOK_REQUIRE(!refusal, "read: ", refusal->what.en, " ", refusal->why.en);
    return entry.lesson->values(settings);
}

// The figure as one sentence, for those who cannot see it
std::string figure_in_words([[maybe_unused]] const LessonEntry& entry, [[maybe_unused]] const Settings& settings, [[maybe_unused]] Language language) {
#ifdef CONVBOOK_HAS_FIGURES
    const kit::Chapter* chapter = kit::find_chapter(entry.folder);
    if (!chapter || !chapter->make_figure) return {};
    const auto figure = chapter->make_figure();
    figure->update(settings);
    return "\n" + figure->question().in(language) + "\n" + figure->describe().in(language) + "\n";
#else
    return {};
#endif
}

int read(const Options& options) {
    const std::size_t mark = std::min(options.link.find('?'), options.link.size());
    const LessonEntry& entry = find_entry(options.link.substr(0, mark));
    const std::string query = mark < options.link.size() ? options.link.substr(mark + 1) : "";
    const Values values = understand([&] { return values_of(entry, query); });
    const auto live = [&](std::string_view name) { const Value* value = values.find(name); return value ? value->text : std::string(); };
    const std::string file = options.language == "zh" ? "README.zh-CN.md" : "README.md";
    const kit::Document document = kit::parse_markdown(embedded_text("chapters/" + entry.folder + "/" + file));
    std::fputs(kit::plain_text(document, options.columns, live).c_str(), stdout);
    std::fputs(figure_in_words(entry, parse_query(query), options.language == "zh" ? Language::zh : Language::en).c_str(), stdout);
    return 0;
}

Run set_up(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("chapter", options->link, "Chapter number, with a state if you like: 07 or '07?cin=8&k=5'")->required();
    app.add_option("--lang", options->language, "Language of the text")->check(CLI::IsMember({"en", "zh"}));
    app.add_option("--columns", options->columns, "Break lines at this column; 0: never")->check(CLI::Range(0, 10000));
    return [options] { return read(*options); };
}

}  // namespace

REGISTER_COMMAND("read", "Prints a chapter as plain text: convbook read 07 --lang zh", set_up);

}  // namespace convbook::cli
