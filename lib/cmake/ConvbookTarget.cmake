# What every target of ours shares, as one interface target: no global flags.
add_library(convbook_plain_options INTERFACE)  # without sanitizers: see ConvbookBackend.cmake
add_library(convbook_options INTERFACE)
target_link_libraries(convbook_options INTERFACE convbook_plain_options)
target_compile_features(convbook_plain_options INTERFACE cxx_std_20)
target_compile_options(convbook_plain_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wno-missing-field-initializers>)
target_compile_options(convbook_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)  # g++ 12 is wrong about "a" + std::string
target_compile_definitions(convbook_plain_options INTERFACE EIGEN_MAX_ALIGN_BYTES=16)  # the same in every file, or objects disagree on layout
if(CONVBOOK_SANITIZE)
    target_compile_options(convbook_options INTERFACE -fsanitize=${CONVBOOK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(convbook_options INTERFACE -fsanitize=${CONVBOOK_SANITIZE})
endif()
