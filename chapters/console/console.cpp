// Options, JSON and exit codes of the console faces; see console.h. The lesson computes, the chapter prints, this only carries.
#include "console/console.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "convbook/backend.h"

namespace convbook::console {
namespace {

std::vector<FaceEntry>& faces() {
    static std::vector<FaceEntry> list;
    return list;
}

int complain(const char* folder, int code, const std::string& sentence) {
    std::fflush(stdout);
    std::fprintf(stderr, "ch%s: %s\n", folder, sentence.c_str());
    return code;
}

int flush_output(const char* folder) { return std::fflush(stdout) == 0 ? 0 : complain(folder, 1, "Standard output could not be written; is the disk full or the pipe closed?"); }

std::string refusal_sentence(const Refusal& refusal) {
    std::string sentence = refusal.what.en + " " + refusal.why.en;
    if (!refusal.working.empty()) sentence += message(" Try --", refusal.key, " ", detail::join(refusal.working, ", "), ".");
    return sentence;
}

nlohmann::ordered_json to_json(const char* folder, const std::vector<Field>& fields, const Settings& settings, const Values& values) {
    nlohmann::ordered_json json{{"chapter", folder}, {"settings", nlohmann::ordered_json::object()}, {"values", nlohmann::ordered_json::object()}};
    for (const Field& field : fields) {
        const auto given = settings.find(field.key);
        json["settings"][field.key] = given == settings.end() ? field.fallback : given->second;
    }
    for (const Value& value : values.list()) {
        const bool whole = std::abs(value.number) < 1e15 && value.number == std::floor(value.number);
        if (whole) json["values"][value.name] = static_cast<long long>(value.number);
        else json["values"][value.name] = value.number;
    }
    return json;
}

struct Options {
    bool json = false;
    Settings settings;
};

// One option per field: --cin 16 is the link's cin=16
void add_options(CLI::App& app, const std::vector<Field>& fields, Options& options) {
    app.add_flag("--json", options.json, "All settings and values as JSON");
    for (const Field& field : fields) {
        const std::string help = field.label.en + (field.legal.empty() ? "" : ": " + detail::describe_legal(field)) + " (default " + field.fallback + ")";
        app.add_option_function<std::string>("--" + field.key, [&options, key = field.key](const std::string& value) { options.settings[key] = value; }, help)
            ->type_name("")->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
}

int compute_and_print(const char* folder, const Lesson& lesson, const Options& options, Print print) {
    std::optional<Refusal> refusal;
    try {
        refusal = lesson.refuse(options.settings);
    } catch (const Error& error) {
        return complain(folder, 2, error.what());
    }
    if (refusal) return complain(folder, 2, refusal_sentence(*refusal));
    const Values values = lesson.values(options.settings);
    if (options.json) std::puts(to_json(folder, lesson.fields(), options.settings, values).dump(2).c_str());
    else print(options.settings, values);
    return flush_output(folder);
}

}  // namespace

bool register_face(const char* folder, Face face) {
    const auto place = std::find_if(faces().begin(), faces().end(), [&](const FaceEntry& entry) { return entry.folder > folder; });
    faces().insert(place, {folder, face});
    return true;
}

const std::vector<FaceEntry>& list_faces() { return faces(); }

Face find_face(std::string_view chapter) {
    for (const FaceEntry& entry : faces())
        if (entry.folder == chapter || (chapter.size() == 2 && entry.folder.starts_with(chapter))) return entry.face;
    return nullptr;
}

int run(const char* folder, const char* about, int argc, char** argv, Print print, const std::function<void(CLI::App&)>& add_own) {
    const Lesson* lesson = find_lesson(folder);
    CONVBOOK_ASSERT(lesson != nullptr, "no lesson is registered for ", folder);
    Options options;
    CLI::App app(about, std::string("ch") + folder);
    add_options(app, lesson->fields(), options);
    if (add_own) add_own(app);
    try {
        app.parse(argc, argv);
        if (const std::string name = find_empty_number(app); !name.empty()) return complain(folder, 2, message(name, " takes a number; got \"\". --help shows the options."));
        active_backend_name();  // a wrong CONVBOOK_BACKEND is told before anything is printed
        return compute_and_print(folder, *lesson, options, print);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // --help
            app.exit(error);
            return flush_output(folder);
        }
        return complain(folder, 2, message(explain(app, error), ". --help shows the options."));
    } catch (const std::exception& error) {
        return complain(folder, 1, error.what());
    }
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
    const std::string text = error.what(), mark = "Could not convert: ";
    // "Could not convert: --alpha = x"
    if (const std::size_t equals = text.find(" = "); text.starts_with(mark) && equals != std::string::npos) {
        const std::string name = text.substr(mark.size(), equals - mark.size());
        const CLI::Option* option = app.get_option_no_throw(name);
        const std::string type = option ? option->get_type_name() : "";
        const char* wanted = type.empty() ? "no value" : type.find("INT") != std::string::npos ? "a whole number below 2147483648" : "a number";
        return message(name, " takes ", wanted, "; got \"", text.substr(equals + 3), "\"");
    }
    // "--k: 1 required TEXT missing"
    if (text.ends_with(" missing") && text.find(": 1 required") != std::string::npos) return text.substr(0, text.find(':')) + " needs a value";
    return text;
}

std::string find_empty_number(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string type = option->get_type_name();
        const bool is_number = type.find("INT") != std::string::npos || type.find("FLOAT") != std::string::npos;
        for (const std::string& text : option->results())
            if (is_number && text.empty()) return option->get_name();
    }
    return {};
}

std::string text_of(const Values& values, std::string_view name) {
    const Value* value = values.find(name);
    CONVBOOK_ASSERT(value != nullptr, "the lesson has no value named ", name);
    return value->text;
}

}  // namespace convbook::console
