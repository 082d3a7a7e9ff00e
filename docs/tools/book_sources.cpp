// Reads lessons, sources and chapter heads for the weaver; see book_sources.h.
#include "book_sources.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "convbook/lesson.h"
#include "kit/chapter_head.h"

namespace convbook::docs {
namespace fs = std::filesystem;
namespace {

bool is_chapter(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name.size() > 3 && std::isdigit(static_cast<unsigned char>(name[0])) && std::isdigit(static_cast<unsigned char>(name[1])) && name[2] == '_' &&
           fs::exists(folder / "README.md");
}

std::string value_of(const std::string& folder, const std::string& name, const std::string& query) {
    const Lesson* lesson = find_lesson(folder);
    CONVBOOK_REQUIRE(lesson, "value ", name, ": the weaver was built without a lesson for ", folder, "; build again");
    const Values values = lesson->values(parse_query(query));
    const Value* value = values.find(name);
    if (value) return value->text;
    std::string known;
    for (const Value& each : values.list()) known += (known.empty() ? "" : ", ") + each.name;
    throw Error(message("the lesson of ", folder, " has no value named \"", name, "\"; it has ", known));
}

std::string chapter_row(const fs::path& root, const fs::path& folder) {
    const std::string name = folder.filename().string(), number = name.substr(0, 2), picture = "assets/pictures/" + number + ".png";
    const kit::ChapterHead head = kit::read_chapter_head(read_text_file(folder / "README.md"));
    const std::string image = fs::exists(root / picture) ? "<img src=\"" + picture + "\" width=\"220\" alt=\"The figure of chapter " + number + "\">" : "";
    return "| [" + number + "](chapters/" + name + "/README.md) | **" + head.title + "**<br>" + head.question + " | " + image + " | `ch" + name + "` |\n";
}

std::string chapter_table(const fs::path& root) {
    std::string table = "| | question | figure | executable |\n|---|---|---|---|\n";
    for (const fs::path& folder : chapter_folders(root)) table += chapter_row(root, folder);
    return table;
}

}  // namespace

std::string read_text_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    CONVBOOK_REQUIRE(file, "there is no readable file ", path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<fs::path> chapter_folders(const fs::path& root) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(root / "chapters"))
        if (entry.is_directory() && is_chapter(entry.path())) folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    return folders;
}

std::vector<fs::path> woven_files(const fs::path& root) {
    std::vector<fs::path> files = {root / "README.md"};
    for (const fs::path& folder : chapter_folders(root))
        for (const char* name : {"README.md", "README.zh-CN.md"})
            if (fs::exists(folder / name)) files.push_back(folder / name);
    return files;
}

Sources sources_for(const fs::path& root, const fs::path& file) {
    Sources sources;
    sources.value = [folder = file.parent_path().filename().string()](const std::string& name, const std::string& query) { return value_of(folder, name, query); };
    sources.code = [root](const std::string& path, const std::string& function) { return quote_function(path, read_text_file(root / path), function); };
    sources.chapters = [root] { return chapter_table(root); };
    return sources;
}

}  // namespace convbook::docs
