# convbook_embed(<target> <namespace> BASE <dir> FILES <file>...): static library whose files are found at run time by their path below BASE.
# The bytes enter through the assembler's .incbin, so megabytes cost nothing to compile, and cross builds work alike.
# Use from C++:  convbook::embedded::<namespace>() -> std::span<const File{std::string_view path; std::span<const unsigned char> bytes}>
function(convbook_embed target namespace)
    cmake_parse_arguments(ARG "" "BASE" "FILES" ${ARGN})
    set(assembly "    .section .rodata\n")
    set(externs "")
    set(rows "")
    set(number 0)
    foreach(file IN LISTS ARG_FILES)
        file(RELATIVE_PATH path ${ARG_BASE} ${file})
        set(symbol convbook_${namespace}_${number})
        string(APPEND assembly "    .global ${symbol}\n    .global ${symbol}_end\n    .balign 16\n${symbol}:\n    .incbin \"${file}\"\n${symbol}_end:\n    .byte 0\n")
        string(APPEND externs "extern \"C\" const unsigned char ${symbol}[], ${symbol}_end[];\n")
        string(APPEND rows "        {\"${path}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
    set(asm_file ${CMAKE_CURRENT_BINARY_DIR}/${target}.S)
    set(cpp_file ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
    file(CONFIGURE OUTPUT ${asm_file} CONTENT "${assembly}" @ONLY)
    file(CONFIGURE OUTPUT ${cpp_file} @ONLY CONTENT
"#include \"convbook/embedded.h\"
${externs}
namespace convbook::embedded {
std::span<const File> ${namespace}() {
    static const File files[] = {
${rows}        {{}, {}}};
    return {files, ${number}};
}
}
")
    set_source_files_properties(${asm_file} PROPERTIES OBJECT_DEPENDS "${ARG_FILES}")
    add_library(${target} STATIC ${asm_file} ${cpp_file})
    target_link_libraries(${target} PUBLIC convbook_options)
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/lib/include)
endfunction()
