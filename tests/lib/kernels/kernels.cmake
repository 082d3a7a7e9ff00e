# What the claims about kernels need beyond doctest: the object files for nm, and the same tests on other CPUs under qemu.
# Labels: native (this CPU), qemu (an emulated one), all (left out of the default run).

# nm, and the objects of every instruction set that was built
get_property(backends GLOBAL PROPERTY CONVBOOK_BACKENDS)
set(objects "")
foreach(backend IN LISTS backends)
    list(APPEND objects "$<TARGET_OBJECTS:convbook_backend_${backend}>")
endforeach()
list(JOIN objects ":" objects)
target_compile_definitions(test_lib PRIVATE CONVBOOK_NM="${CMAKE_NM}" CONVBOOK_ISA_OBJECTS="${objects}")

# CONVBOOK_BACKEND is read once, at the first use: a process for each name
foreach(backend reference ${backends})
    add_test(NAME backend_${backend} COMMAND test_lib "--test-case=kernel dispatch: CONVBOOK_BACKEND*")
    set_tests_properties(backend_${backend} PROPERTIES LABELS native ENVIRONMENT CONVBOOK_BACKEND=${backend}
                         SKIP_REGULAR_EXPRESSION "this CPU lacks it" PASS_REGULAR_EXPRESSION "backend in use: ${backend}")
endforeach()
add_test(NAME backend_unknown COMMAND test_lib "--test-case=kernel dispatch: CONVBOOK_BACKEND*")
set_tests_properties(backend_unknown PROPERTIES LABELS native ENVIRONMENT CONVBOOK_BACKEND=avx1024
                     PASS_REGULAR_EXPRESSION "CONVBOOK_BACKEND: the name of a backend; got \"avx1024\". Use one of: .*reference")

# Older CPUs: an instruction that they lack stops the run. qemu knows no AVX-512; that one is tested where the CPU has it
function(convbook_test_on_cpu name cpu cases labels)
    find_program(QEMU_X86_64 NAMES qemu-x86_64 qemu-x86_64-static)
    if(CONVBOOK_SANITIZE OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        return()
    elseif(QEMU_X86_64)
        add_test(NAME ${name} COMMAND ${QEMU_X86_64} -cpu ${cpu} $<TARGET_FILE:test_lib> "--test-case=${cases}" "--test-case-exclude=*measured machine*,kernel objects*")
    else()
        add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "Skipped: there is no qemu-x86_64 here (Debian package qemu-user)")
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT 7200 LABELS "${labels}" FAIL_REGULAR_EXPRESSION "Illegal instruction;FAILURE" SKIP_REGULAR_EXPRESSION "Skipped: there is no"
                         ENVIRONMENT CONVBOOK_TEST_FENCES=off)
endfunction()
convbook_test_on_cpu(qemu_nehalem Nehalem "kernel dispatch*,kernel*exactly on small integers*" "qemu")
convbook_test_on_cpu(qemu_nehalem_long Nehalem "*kernel*" "qemu;all")
convbook_test_on_cpu(qemu_haswell Haswell "*kernel*" "qemu;all")
convbook_test_on_cpu(qemu_plain qemu64 "*kernel*" "qemu;all")

# ... and the emulated CPU must have chosen what it has
foreach(pair Nehalem:sse42 Haswell:avx2 qemu64:reference)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 cpu)
    list(GET pair 1 backend)
    convbook_test_on_cpu(qemu_${cpu}_uses_${backend} ${cpu} "kernel dispatch: CONVBOOK_BACKEND*" "qemu")
    if(TEST qemu_${cpu}_uses_${backend} AND QEMU_X86_64)
        set_tests_properties(qemu_${cpu}_uses_${backend} PROPERTIES PASS_REGULAR_EXPRESSION "backend in use: ${backend}")
    endif()
endforeach()
