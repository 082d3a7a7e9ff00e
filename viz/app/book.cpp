// The book's life: opening pages by link, commands, progress, export. Drawing is in book_frame.cpp.
#include "book.h"

#include <algorithm>
#include <cmath>

#include "contents_list.h"
#include "kit/export.h"
#include "kit/refusal_text.h"
#include "kit/registry.h"
#include "kit/ui_text.h"

namespace convbook::app {

using namespace kit;

namespace {

std::string known_chapters() {
    std::string numbers;
    for (const Chapter& chapter : list_chapters()) numbers += (numbers.empty() ? "" : ", ") + chapter.number;
    return numbers;
}

}  // namespace

ChapterView::ChapterView(const Chapter& chapter, ChapterProgress& progress) : host(chapter), exercises(chapter, host, progress) {}

Book::Book(const std::filesystem::path& progress) : file_(progress), progress_(file_.load()) {
    if (!progress.empty()) {
        ui().language = progress_.language;
        ui().is_dark = progress_.is_dark;
        ui().has_reduced_motion = progress_.has_reduced_motion;
        ui().text_scale = progress_.text_scale;
    }
    if (!file_.trouble().en.empty()) overlay_.say(tr(file_.trouble()));
}

Book::~Book() { save(); }

ChapterView& Book::view() { return *chapters_.at(current_.name); }

NetworkPage& Book::network_of(const Link& link) {
    const bool is_comparison = link.page == Link::Page::compare;
    const std::string name = is_comparison ? "compare" : link.name;
    auto& page = networks_[name];
    if (!page) page = is_comparison ? make_compare_page() : make_network_page(name);
    if (!page) {
        networks_.erase(name);
        throw Error("link: " + to_string(link) + " cannot be shown because this program was built without network pages. Open a chapter (" + known_chapters() + ") or contents.");
    }
    return *page;
}

NetworkPage* Book::open_page() const {
    const auto page = networks_.find(current_.page == Link::Page::compare ? "compare" : current_.page == Link::Page::network ? current_.name : "");
    return page == networks_.end() ? nullptr : page->second.get();
}

void Book::open_chapter(const Link& link) {
    const Chapter* chapter = find_chapter(link.name);
    if (!chapter) {
        const ChapterEntry* entry = find_entry(link.name);
        CONVBOOK_REQUIRE(entry, "link: there is no chapter ", link.name, ". Written are ", known_chapters(), ".");
        throw Error(fill_in(tr(say::no_chapter_yet), {link.name}) + " " + known_chapters() + ".");
    }
    auto& slot = chapters_[link.name];
    if (!slot) slot = std::make_unique<ChapterView>(*chapter, progress_.chapters[link.name]);
    slot->host.is_drawer_open = progress_.is_drawer_open;
    slot->host.drawer_lines = progress_.drawer_lines;
    // A bare number turns back to the chapter as it was left; settings are a state of their own
    if (!link.settings.empty()) slot->host.replace(link.settings);
    progress_.chapters[link.name].is_opened = true;
}

void Book::open_network(const Link& link) {
    NetworkPage& page = network_of(link);
    Settings settings = link.settings;
    if (link.page == Link::Page::compare && !link.name.empty()) settings["nets"] = link.name;
    if (!settings.empty()) page.set(settings);
}

void Book::open(const std::string& text) {
    const Link link = parse_link(text);
    if (link.page == Link::Page::chapter) open_chapter(link);
    if (link.page == Link::Page::network || link.page == Link::Page::compare) open_network(link);
    remember_place();
    current_ = link;
    moved_at_ = ui().seconds;
    save();
}

void Book::try_open(const std::string& link) {
    try {
        open(link);
    } catch (const Error& error) {
        overlay_.say(refusal_words(error.what()));
    }
}

std::string Book::link() const {
    Link link = current_;
    if (link.page == Link::Page::chapter) link.settings = view().host.settings();
    if (const NetworkPage* page = open_page()) link.settings = page->settings();
    if (link.page == Link::Page::compare) {
        // The networks stand before the question mark
        const auto nets = link.settings.find("nets");
        link.name = nets == link.settings.end() ? "" : nets->second;
        link.settings.erase("nets");
    }
    return to_string(link);
}

std::string Book::title() const {
    if (current_.page == Link::Page::chapter) return current_.name + " " + tr(view().host.chapter().title) + " · " + tr(say::book_name);
    if (current_.page == Link::Page::network)
        for (const NetworkEntry& entry : network_entries())
            if (entry.name == current_.name) return entry.title + " · " + tr(say::book_name);
    if (current_.page == Link::Page::compare) return tr(say::compare_networks) + " · " + tr(say::book_name);
    return tr(say::book_name) + " · " + tr(say::book_title);
}

FigureHost* Book::figure() { return current_.page == Link::Page::chapter ? &view().host : nullptr; }
ExerciseView* Book::exercises() { return current_.page == Link::Page::chapter ? &view().exercises : nullptr; }
NetworkPage* Book::network() { return open_page(); }

const Value* Book::value(std::string_view name) {
    if (figure()) return figure()->value(name);
    return network() ? network()->value(name) : nullptr;
}

const Settings& Book::settings() const {
    static const Settings kNone;
    if (current_.page == Link::Page::chapter) return view().host.settings();
    const NetworkPage* page = open_page();
    return page ? page->settings() : kNone;
}

void Book::set_settings(const std::string& query) {
    if (figure()) figure()->set_query(query);
    if (!network()) return;
    Settings settings = parse_query(query);
    if (current_.page == Link::Page::compare && network()->settings().contains("nets")) settings.emplace("nets", network()->settings().at("nets"));
    network()->set(settings);
}

std::string Book::describe() {
    if (figure()) return tr(figure()->figure().describe());
    return network() ? tr(network()->describe()) : tr(say::book_title);
}

bool Book::wants_frames() const {
    const bool moves = current_.page == Link::Page::chapter && (view().host.is_playing() || view().host.is_busy());
    const NetworkPage* page = open_page();
    const bool is_busy = page && page->is_busy();
    // Eases last 300 ms at most; a second covers them after every event
    return moves || is_busy || overlay_.is_message_fresh() || ui().seconds - moved_at_ < 1;
}

void Book::drop_file(const std::string& path) {
    try {
        if (current_.page != Link::Page::network) {
            overlay_.say(fill_in(tr(say::no_figure_photo), {"MobileNet v2"}));
            open("net/mobilenet_v2");
        }
        network()->drop_photo(path);
    } catch (const Error& error) {
        overlay_.say(refusal_words(error.what()));
    }
}

void Book::turn_chapter(int step) {
    const auto& chapters = list_chapters();
    if (chapters.empty()) return;
    const auto here = std::ranges::find(chapters, current_.name, &Chapter::number);
    if (here == chapters.end()) return try_open(step > 0 ? chapters.front().number : chapters.back().number);
    const auto index = here - chapters.begin() + step;
    if (index >= 0 && index < static_cast<std::ptrdiff_t>(chapters.size())) try_open(chapters[static_cast<std::size_t>(index)].number);
}

void Book::go_to(const Found& found) {
    if (found.command) return run(*found.command);
    if (found.kind == FoundKind::text || found.kind == FoundKind::heading) ui().language = found.language;
    try_open(found.link);
    if (found.jump.empty() || current_.page != Link::Page::chapter) return;
    // The page must hold the text before it can scroll to it
    ChapterView& chapter = view();
    chapter.page.set_text(chapter_text(chapter.host.chapter(), ui().language), ui().language);
    chapter.shown = ui().language;
    chapter.is_scroll_restored = true;
    if (found.is_heading) chapter.page.scroll_to_heading(found.jump);
    else chapter.page.scroll_to_text(found.jump);
}

void Book::set_text_scale(float scale) { ui().text_scale = std::clamp(std::round(scale * 10) / 10, 1.0f, 2.0f); }

void Book::forget_answers() {
    for (auto& [number, chapter] : progress_.chapters) chapter = ChapterProgress{{}, {}, 0, chapter.scroll, chapter.is_opened};
    const std::string here = link();
    chapters_.clear();
    if (current_.page == Link::Page::chapter) open(here);
    save();
}

void Book::act(const ContentsAction& action) {
    if (action.command) run(*action.command);
    if (action.wants_settings) overlay_.open(Floating::settings);
    if (action.wants_menu) overlay_.open(Floating::contents);
    if (action.link.empty()) return;
    try_open(action.link);
    if (const std::string exercise = cover_.take_exercise(); !exercise.empty() && exercises()) exercises()->show(exercise);
}

void Book::run(Command command) {
    moved_at_ = ui().seconds;
    FigureHost* host = figure();
    NetworkPage* net = network();
    switch (command) {
        case Command::contents: return try_open("contents");
        case Command::previous_chapter: return turn_chapter(-1);
        case Command::next_chapter: return turn_chapter(1);
        case Command::search: return overlay_.open(Floating::search);
        case Command::help: return overlay_.what() == Floating::sheet ? overlay_.close() : overlay_.open(Floating::sheet);
        case Command::play: return host ? host->toggle_play() : net ? net->toggle_play() : void();
        case Command::undo: return host ? host->undo() : net ? static_cast<void>(net->undo()) : void();
        case Command::redo: return host ? host->redo() : net ? static_cast<void>(net->redo()) : void();
        case Command::reset: return host ? host->reset() : net ? net->reset() : void();
        case Command::copy_link:
            ImGui::SetClipboardText(link().c_str());
            return overlay_.say(fill_in(tr(say::link_copied), {link()}));
        case Command::paste_link: {
            const char* text = ImGui::GetClipboardText();
            const std::string_view words = text ? text : "";
            return words.empty() || words.size() > 2000 ? overlay_.say(tr(say::nothing_on_clipboard)) : try_open(std::string(words));
        }
        case Command::export_picture: wants_export_ = host || net; return wants_export_ ? void() : overlay_.say(tr(say::figure_not_here));
        case Command::code:
            if (host) host->toggle_drawer();
            return;
        case Command::larger_text: return set_text_scale(ui().text_scale + 0.1f);
        case Command::smaller_text: return set_text_scale(ui().text_scale - 0.1f);
        case Command::usual_text: return set_text_scale(1);
        case Command::theme: ui().is_dark = !ui().is_dark; return;
        case Command::language: ui().language = ui().language == Language::en ? Language::zh : Language::en; return;
        case Command::full_screen: wants_full_screen_ = true; return;
        case Command::let_go:
            if (overlay_.is_open()) overlay_.close();
            else if (host) host->state().forget_refusal();
            return;
    }
}

void Book::after_frame(const std::function<Image()>& read_pixels) {
    if (!std::exchange(wants_export_, false)) return;
    try {
        const Area area = figure() ? figure()->picture() : columns_.page;
        const DataTable data = figure() ? figure()->figure().data() : network()->data();
        const ExportedFiles files = export_figure(export_folder.empty() ? pictures_folder() : export_folder, link(), cut_image(read_pixels(), area), data);
        overlay_.say(fill_in(tr(say::saved_where), {files.picture.string(), files.data.filename().string()}));
    } catch (const std::exception& error) {
        overlay_.say(refusal_words(error.what()));
    }
}

void Book::remember_place() {
    if (current_.page != Link::Page::chapter) return;
    const ChapterView& chapter = view();
    progress_.link = link();
    if (!chapter.shown) return;
    progress_.heading = chapter.page.current_heading();
    progress_.chapters[current_.name].scroll = chapter.page.scroll() / scale();
}

void Book::save() {
    remember_place();
    progress_.language = ui().language;
    progress_.is_dark = ui().is_dark;
    progress_.has_reduced_motion = ui().has_reduced_motion;
    progress_.text_scale = ui().text_scale;
    saved_at_ = ui().seconds;
    if (!file_.save(progress_)) overlay_.say(tr(file_.trouble()));
}

}  // namespace convbook::app
