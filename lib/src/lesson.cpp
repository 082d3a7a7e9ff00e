// Lessons by name: queries, legal values and the registry. Formatting of numbers is in lesson_values.cpp.
#include "convbook/lesson.h"

#include <cstdlib>

namespace convbook {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1, low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        CONVBOOK_REQUIRE(high >= 0 && low >= 0, "link: % is followed by two hexadecimal digits; found \"", text.substr(i, 3), "\" in \"", text,
                         "\". Write %25 for a percent sign.");
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string encode(std::string_view text) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,:;/";
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (kPlain.find(c) != kPlain.npos) out += c;
        else (out += '%', out += kHex[static_cast<unsigned char>(c) >> 4], out += kHex[static_cast<unsigned char>(c) & 15]);
    }
    return out;
}

// Never destroyed, so that the lessons it points to stay reachable until the program ends
std::vector<LessonEntry>& entries() {
    static auto& list = *new std::vector<LessonEntry>;
    return list;
}

}  // namespace

Settings parse_query(std::string_view query) {
    Settings settings;
    while (!query.empty()) {
        // Cut one key=value off
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = pair.find('=');
        CONVBOOK_REQUIRE(equals != pair.npos && equals > 0, "link: settings are key=value joined by &; found \"", pair, "\". Write for example cin=16&k=3.");
        const auto [place, is_new] = settings.emplace(decode(pair.substr(0, equals)), decode(pair.substr(equals + 1)));
        CONVBOOK_REQUIRE(is_new, "link: a key is given once; ", place->first, " is ", place->second, " and again ", decode(pair.substr(equals + 1)), ". Keep one.");
    }
    return settings;
}

std::string to_query(const Settings& settings) {
    std::string query;
    for (const auto& [key, value] : settings) query += (query.empty() ? "" : "&") + encode(key) + "=" + encode(value);
    return query;
}

namespace detail {

std::string join(const std::vector<std::string>& words, const char* separator) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : separator) + word;
    return out;
}

int parse_whole_number(const std::string& key, const std::string& text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    CONVBOOK_REQUIRE(fault == std::errc{} && end == text.data() + text.size(), key, ": a whole number is needed; found \"", text, "\". Write for example ", key, "=3.");
    return number;
}

// "1 to 64" if the legal values are consecutive whole numbers, else all of them
std::string describe_legal(const Field& field) {
    const auto& legal = field.legal;
    int first = 0;
    const auto read = [](const std::string& text, int& number) {
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        return fault == std::errc{} && end == text.data() + text.size();
    };
    bool consecutive = legal.size() > 3 && read(legal.front(), first);
    for (std::size_t i = 0; i < legal.size() && consecutive; ++i) consecutive = legal[i] == std::to_string(first + static_cast<int>(i));
    return consecutive ? legal.front() + " to " + legal.back() : join(legal);
}

void require_legal(const Field& field, const std::string& value) {
    const bool is_legal = field.legal.empty() || std::find(field.legal.begin(), field.legal.end(), value) != field.legal.end();
    CONVBOOK_REQUIRE(is_legal, field.key, ": ", field.label.en, " cannot be \"", value, "\". Choose ", describe_legal(field), ".");
}

void unknown_key(const std::string& key, const std::vector<std::string>& known) {
    throw Error(message("link: this chapter has no setting \"", key, "\". It has ", join(known), "."));
}

}  // namespace detail

bool register_lesson(const char* folder, std::unique_ptr<Lesson> lesson) {
    // Lessons live as long as the program, so that pointers to them stay good during static destruction too
    auto& list = entries();
    const auto place = std::find_if(list.begin(), list.end(), [&](const LessonEntry& entry) { return entry.folder >= folder; });
    CONVBOOK_ASSERT(place == list.end() || place->folder != folder, "two lessons are registered for ", folder);
    list.insert(place, {folder, lesson.release()});
    return true;
}

const std::vector<LessonEntry>& list_lessons() { return entries(); }

const Lesson* find_lesson(std::string_view chapter) {
    for (const LessonEntry& entry : entries())
        if (entry.folder == chapter || (chapter.size() == 2 && entry.folder.starts_with(chapter))) return entry.lesson;
    return nullptr;
}

}  // namespace convbook
