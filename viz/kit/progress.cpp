// Reading and writing of the progress file. Leaves out when: the book saves when something changed and when it closes.
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ui_text.h"

namespace convbook::kit {
namespace {

using nlohmann::json;
constexpr int kVersion = 1;

json to_json(const ChapterProgress& chapter) {
    json exercises = json::object();
    for (const auto& [id, e] : chapter.exercises)
        exercises[id] = {{"solved", e.is_solved}, {"again", e.is_worth_another_look}, {"tries", e.tries}, {"answer", e.answer}};
    return {{"exercises", exercises}, {"guesses", chapter.guesses}, {"exercise", chapter.exercise}, {"scroll", std::round(chapter.scroll)}, {"opened", chapter.is_opened}};
}

ChapterProgress chapter_from(const json& from) {
    ChapterProgress chapter;
    const json exercises = from.value("exercises", json::object());
    for (const auto& [id, e] : exercises.items())
        chapter.exercises[id] = {e.value("solved", false), e.value("again", false), e.value("tries", 0), e.value("answer", "")};
    chapter.guesses = from.value("guesses", std::map<std::string, double>{});
    chapter.exercise = std::max(0, from.value("exercise", 0));
    chapter.scroll = std::max(0.0f, from.value("scroll", 0.0f));
    chapter.is_opened = from.value("opened", false);
    return chapter;
}

json to_json(const Progress& p) {
    json chapters = json::object();
    for (const auto& [number, chapter] : p.chapters) chapters[number] = to_json(chapter);
    return {{"version", kVersion}, {"chapters", chapters}, {"link", p.link}, {"heading", p.heading}, {"language", p.language == Language::zh ? "zh" : "en"},
            {"dark", p.is_dark}, {"reduced_motion", p.has_reduced_motion}, {"text_scale", p.text_scale}, {"contents_width", p.contents_width},
            {"text_share", p.text_share}, {"drawer_open", p.is_drawer_open}, {"drawer_lines", p.drawer_lines}};
}

Progress progress_from(const json& from) {
    Progress p;
    if (from.value("version", 0) != kVersion) throw Error("unknown version");
    const json chapters = from.value("chapters", json::object());
    for (const auto& [number, chapter] : chapters.items()) p.chapters[number] = chapter_from(chapter);
    p.link = from.value("link", "");
    p.heading = from.value("heading", "");
    p.language = from.value("language", "en") == "zh" ? Language::zh : Language::en;
    p.is_dark = from.value("dark", false);
    p.has_reduced_motion = from.value("reduced_motion", false);
    p.is_drawer_open = from.value("drawer_open", true);
    p.text_scale = std::clamp(from.value("text_scale", 1.0f), 1.0f, 2.0f);
    p.contents_width = std::clamp(from.value("contents_width", 0.0f), 0.0f, 600.0f);
    p.text_share = std::clamp(from.value("text_share", 0.0f), 0.0f, 0.9f);
    p.drawer_lines = std::clamp(from.value("drawer_lines", 4.0f), 1.0f, 40.0f);
    return p;
}

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The unreadable file keeps its content under a name that is free
std::filesystem::path keep_aside(const std::filesystem::path& path) {
    std::filesystem::path aside = path.string() + ".unreadable";
    for (int n = 2; std::filesystem::exists(aside) && n < 100; ++n) aside = path.string() + ".unreadable-" + std::to_string(n);
    std::error_code fault;
    std::filesystem::rename(path, aside, fault);
    return aside;
}

}  // namespace

std::filesystem::path ProgressFile::usual_path() {
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data && *data == '/') return std::filesystem::path(data) / "convbook" / "progress.json";
    const char* home = std::getenv("HOME");
    return home && *home ? std::filesystem::path(home) / ".local" / "share" / "convbook" / "progress.json" : std::filesystem::path{};
}

Progress ProgressFile::load() {
    std::error_code fault;
    if (path_.empty() || !std::filesystem::is_regular_file(path_, fault)) return {};
    try {
        last_ = read_whole(path_);
        return progress_from(json::parse(last_));
    } catch (const std::exception&) {
        const std::string aside = keep_aside(path_).string();
        trouble_ = {fill_in(say::progress_was_corrupt.en, {aside}), fill_in(say::progress_was_corrupt.zh, {aside})};
        last_.clear();
        return {};
    }
}

bool ProgressFile::save(const Progress& progress) {
    if (path_.empty()) return true;
    const std::string text = to_json(progress).dump(1) + "\n";
    if (text == last_) return true;
    try {
        // Write beside it, then rename: a crash leaves the old file or the new one
        std::filesystem::create_directories(path_.parent_path());
        const std::filesystem::path fresh = path_.string() + ".new";
        std::ofstream file(fresh, std::ios::binary);
        file << text;
        file.close();
        CONVBOOK_REQUIRE(file.good(), "the disk may be full or the folder not writable");
        std::filesystem::rename(fresh, path_);
        last_ = text;
        return true;
    } catch (const std::exception& error) {
        trouble_ = {fill_in(say::progress_not_saved.en, {path_.string(), error.what()}), fill_in(say::progress_not_saved.zh, {path_.string(), error.what()})};
        return false;
    }
}

}  // namespace convbook::kit
