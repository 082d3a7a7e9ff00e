// What can be found and how it is ranked: titles before headings before symbols before text.
#include "search.h"

#include <algorithm>

#include "contents_list.h"
#include "convbook/nets.h"
#include "kit/link.h"
#include "kit/markdown.h"
#include "kit/registry.h"
#include "kit/ui_text.h"
#include "kit/utf8.h"
#include "network_page.h"

namespace convbook::app {
namespace {

using namespace kit;

int weight(FoundKind kind) {
    switch (kind) {
        case FoundKind::link: return 1000;
        case FoundKind::title: return 100;
        case FoundKind::network: return 90;
        case FoundKind::heading: return 70;
        case FoundKind::symbol: return 60;
        case FoundKind::figure: return 50;
        case FoundKind::command: return 45;
        case FoundKind::code: return 40;
        case FoundKind::text: break;
    }
    return 20;
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::size_t char_start(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return at;
}

// The part of a long text around its match
std::string around(const std::string& text, std::size_t at) {
    constexpr std::size_t kBefore = 40, kWhole = 160;
    std::size_t begin = at > kBefore ? char_start(text, at - kBefore) : 0;
    if (begin > 0)
        if (const std::size_t space = text.find(' ', begin); space < at) begin = space + 1;
    const std::size_t end = char_start(text, std::min(begin + kWhole, text.size()));
    return (begin > 0 ? "… " : "") + text.substr(begin, end - begin) + (end < text.size() ? " …" : "");
}

// A row of a table, every cell behind the head of its column: "t 6 · c 24 · n 2"
std::string row_text(const std::vector<Cell>& head, const std::vector<Cell>& row) {
    std::string words;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const std::string name = column < head.size() ? plain_text(head[column].spans) : std::string(), cell = plain_text(row[column].spans);
        if (cell.empty()) continue;
        words += (words.empty() ? "" : " · ") + (name.empty() ? cell : name + " " + cell);
    }
    return words;
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

const Text& kind_name(FoundKind kind) {
    switch (kind) {
        case FoundKind::link: return say::found_link;
        case FoundKind::title: return say::found_title;
        case FoundKind::heading: return say::found_heading;
        case FoundKind::figure: return say::found_figure;
        case FoundKind::symbol: return say::found_symbol;
        case FoundKind::code: return say::found_code;
        case FoundKind::network: return say::found_network;
        case FoundKind::command: return say::found_command;
        case FoundKind::text: break;
    }
    return say::found_text;
}

void SearchIndex::add(Found found, const std::string& own) {
    if (found.words.empty()) return;
    std::string folded = fold(found.words);
    entries_.push_back({std::move(found), std::move(folded), fold(own)});
}

void SearchIndex::add_text(const std::string& number, const std::string& title, std::string_view markdown, Language language) {
    for (const Block& block : parse_markdown(markdown).blocks) {
        const bool is_heading = block.kind == BlockKind::heading;
        if (is_heading && block.level == 1) continue;
        for (std::size_t row = 0; row < block.rows.size(); ++row) {
            const std::string cells = row_text({}, block.rows[row]), words = row == 0 ? cells : row_text(block.rows.front(), block.rows[row]);
            add({FoundKind::text, number, title, words, words, false, language, {}, 0}, cells);
        }
        const std::string words = block.kind == BlockKind::formula ? plain_formula(block.text) : block.kind == BlockKind::code ? std::string{} : plain_text(block.spans);
        // A formula cannot be scrolled to by its line of Unicode; its chapter still opens
        add({is_heading ? FoundKind::heading : block.kind == BlockKind::formula ? FoundKind::symbol : FoundKind::text, number, title, words, block.kind == BlockKind::formula ? "" : words, is_heading, language, {}, 0});
    }
}

void SearchIndex::add_chapters() {
    for (const Chapter& chapter : list_chapters()) {
        for (const Language language : {Language::en, Language::zh}) {
            const std::string place = chapter.number + "  " + chapter.title.in(language);
            add({FoundKind::title, chapter.number, place, chapter.number + " " + chapter.title.in(language) + " · " + chapter.question.in(language), "", false, language, {}, 0});
            add_text(chapter.number, place, chapter_text(chapter, language), language);
            for (const Field& field : chapter.lesson->fields())
                add({FoundKind::symbol, chapter.number, place, field.label.in(language) + "  (" + field.key + ")", "", false, language, {}, 0});
        }
        const auto figure = chapter.make_figure();
        figure->update({});
        for (const Language language : {Language::en, Language::zh})
            add({FoundKind::figure, chapter.number, chapter.number + "  " + chapter.title.in(language), figure->question().in(language) + " · " + figure->hint().in(language), "", false, language, {}, 0});
        const CodeOnShow code = figure->code();
        for (const CodeLine& line : find_function(code.path, code.function).lines)
            if (const std::size_t word = line.text.find_first_not_of(" }"); word != line.text.npos)
                add({FoundKind::code, chapter.number, code.path + ":" + std::to_string(line.number), line.text.substr(word), "", false, Language::en, {}, 0});
    }
}

SearchIndex::SearchIndex() {
    add_chapters();
    for (const NetworkEntry& entry : network_entries())
        if (has_network(entry.name)) add({FoundKind::network, "net/" + entry.name, entry.title, entry.title + " · " + entry.name, "", false, Language::en, {}, 0});
    for (const Language language : {Language::en, Language::zh})
        if (has_network_pages()) add({FoundKind::network, "compare", say::compare_networks.in(language), say::compare_networks.in(language) + " · compare", "", false, language, {}, 0});
    for (const Shortcut& shortcut : shortcuts())
        for (const Language language : {Language::en, Language::zh})
            if (shortcut.command != Command::contents || shortcut.label == &say::key_contents) add({FoundKind::command, "", shortcut.keys, shortcut.label->in(language), "", false, language, shortcut.command, 0});
}

std::vector<Found> SearchIndex::find(std::string_view words, Language language, std::size_t most) const {
    std::vector<Found> found;
    const std::vector<std::string> wanted = split_words(fold(words));
    if (wanted.empty()) return found;
    // A link is an answer by itself
    try {
        const Link link = parse_link(words);
        found.push_back({FoundKind::link, to_string(link), "", to_string(link), "", false, language, {}, weight(FoundKind::link)});
    } catch (const Error&) {
    }
    for (const Entry& entry : entries_) {
        const auto is_in = [](const std::string& text) { return [&text](const std::string& word) { return text.find(word) != std::string::npos; }; };
        if (!std::ranges::all_of(wanted, is_in(entry.folded)) || (!entry.own.empty() && std::ranges::none_of(wanted, is_in(entry.own)))) continue;
        const std::size_t at = entry.folded.find(wanted.front());
        Found hit = entry.found;
        hit.score = weight(hit.kind) + (hit.language == language ? 5 : 0) + (at == 0 ? 8 : 0) - static_cast<int>(std::min<std::size_t>(entry.folded.size() / 100, 4));
        hit.words = around(entry.found.words, at);
        if (!hit.jump.empty() && !hit.is_heading) hit.jump = entry.found.words.substr(at, wanted.front().size());
        found.push_back(std::move(hit));
    }
    std::ranges::stable_sort(found, std::greater{}, &Found::score);
    if (found.size() > most) found.resize(most);
    return found;
}

}  // namespace convbook::app
