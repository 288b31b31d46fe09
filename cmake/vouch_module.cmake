# One call makes a module: its library, its tests, its benchmarks and its fuzz targets.
#
#   vouch_module(field
#     DEPS base                 other modules
#     LIBS PkgConfig::sodium    external targets
#     SOURCES scalar.cc
#     TESTS scalar_test.cc      one GoogleTest program, field_test, for all of them
#     BENCHES scalar_bench.cc   one Google Benchmark program, field_bench
#     FUZZERS scalar_fuzz.cc    one libFuzzer program a file, fuzzers/scalar_fuzz, and a test that
#                               runs it for VOUCH_FUZZ_SECONDS
#     LABELS kernels)           of the tests: see vouch_label_test

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
if(VOUCH_TESTS)
  find_package(GTest REQUIRED)
endif()
if(VOUCH_BENCHES)
  find_package(benchmark REQUIRED)
endif()

add_library(vouch_options INTERFACE)
target_compile_options(vouch_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(vouch_options INTERFACE -Wno-sign-conversion)  # GCC's -Wconversion is without
endif()
target_include_directories(vouch_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(VOUCH_COUNT)
  set(VOUCH_FORCE_PORTABLE ON)  # only there every operation passes through what counts
endif()
if(VOUCH_FORCE_PORTABLE)
  target_compile_definitions(vouch_options INTERFACE VOUCH_FORCE_PORTABLE=1)
endif()
if(VOUCH_COUNT)
  target_compile_definitions(vouch_options INTERFACE VOUCH_COUNT=1)
endif()
if(VOUCH_EMULATE_AVX512)
  target_compile_definitions(vouch_options INTERFACE VOUCH_EMULATE_AVX512=1)
  target_compile_options(vouch_options INTERFACE -Wno-psabi)  # every caller is emulated too
endif()
foreach(sanitizer IN LISTS VOUCH_SANITIZE)
  target_compile_options(vouch_options INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(vouch_options INTERFACE -fsanitize=${sanitizer})
endforeach()
if(VOUCH_FUZZ)
  target_compile_options(vouch_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# vouch_compile_in_batches(TARGET...): several files at a time, because what they include (GoogleTest,
# CLI11, JSON, the standard library) takes the compiler longer than what they say. Names that a file
# keeps to itself differ within a module therefore.
function(vouch_compile_in_batches)
  set_target_properties(${ARGN} PROPERTIES UNITY_BUILD ${VOUCH_BATCHES} UNITY_BUILD_BATCH_SIZE 7)
endfunction()

# vouch_compile_quickly(TARGET...): so, and hardly optimised.
function(vouch_compile_quickly)
  vouch_compile_in_batches(${ARGN})
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endforeach()
endfunction()

# Every test and benchmark program, and the test programs that the quick tests need.
add_custom_target(all_tests)
add_custom_target(quick_tests)
add_custom_target(all_benches)
add_custom_target(all_fuzzers)

# Labels of a test that add_test has made, and the environment it runs in.
#
#   vouch_label_test(field TARGET field_test LABELS kernels)
#
# A test is `quick` (runs at every `./dev test`, in the release build and under the sanitizers)
# unless LABELS says otherwise:
#   slow          only in `./dev test --full`
#   release_only  not under the sanitizers, where it would take minutes
#   kernels       its result must not depend on the vector kernels: runs as NAME.portable as well,
#                 but for the sanitizers
#   vectors       it tests vector code itself: the only quick ones of the emulated build
# Where the build is a special one its name in ctest ends in .asan, … (.clang: that with the fuzz
# targets): vouch_test_name tells it.
function(vouch_label_test NAME)
  cmake_parse_arguments(T "" "TARGET" "LABELS" ${ARGN})
  vouch_test_name(name ${NAME})
  set(labels ${T_LABELS})
  if(NOT "slow" IN_LIST labels AND NOT (VOUCH_SANITIZE AND "release_only" IN_LIST labels)
     AND NOT (VOUCH_EMULATE_AVX512 AND NOT "vectors" IN_LIST labels))
    list(APPEND labels quick)
    if(VOUCH_SANITIZE)
      list(APPEND labels sanitize)
    endif()
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${labels}"
                       ENVIRONMENT VOUCH_SOURCE_DIR=${CMAKE_SOURCE_DIR})
  if(T_TARGET)
    add_dependencies(all_tests ${T_TARGET})
    if("quick" IN_LIST labels)
      add_dependencies(quick_tests ${T_TARGET})
    endif()
  endif()
  if(T_TARGET AND "kernels" IN_LIST labels AND NOT VOUCH_FORCE_PORTABLE AND
     NOT VOUCH_EMULATE_AVX512 AND NOT VOUCH_SANITIZE)
    add_test(NAME ${name}.portable COMMAND ${T_TARGET})
    set_tests_properties(
      ${name}.portable PROPERTIES LABELS "${labels}"
      ENVIRONMENT "VOUCH_SOURCE_DIR=${CMAKE_SOURCE_DIR};VOUCH_KERNELS=portable")
  endif()
endfunction()

# The name of a test in ctest, where the tests of several builds may be listed together.
function(vouch_test_name OUT NAME)
  if(VOUCH_SANITIZE MATCHES "thread")
    string(APPEND NAME .tsan)
  elseif(VOUCH_FUZZ AND VOUCH_SANITIZE)
    string(APPEND NAME .clang)
  elseif(VOUCH_SANITIZE)
    string(APPEND NAME .asan)
  elseif(VOUCH_COUNT)
    string(APPEND NAME .counted)
  elseif(VOUCH_FORCE_PORTABLE)
    string(APPEND NAME .portable_build)
  elseif(VOUCH_EMULATE_AVX512)
    string(APPEND NAME .emulated)
  endif()
  set(${OUT} ${NAME} PARENT_SCOPE)
endfunction()

function(vouch_module NAME)
  cmake_parse_arguments(M "" "" "DEPS;LIBS;SOURCES;TESTS;BENCHES;FUZZERS;LABELS" ${ARGN})
  list(TRANSFORM M_DEPS PREPEND vouch_)
  set(lib vouch_${NAME})
  if(M_SOURCES)
    add_library(${lib} STATIC ${M_SOURCES})
    target_link_libraries(${lib} PUBLIC ${M_DEPS} ${M_LIBS} PRIVATE vouch_options)
    target_include_directories(${lib} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    if(VOUCH_COUNT)
      vouch_compile_in_batches(${lib})  # nothing there is measured but counts
    endif()
  else()
    add_library(${lib} INTERFACE)
    target_link_libraries(${lib} INTERFACE ${M_DEPS} ${M_LIBS})
    target_include_directories(${lib} INTERFACE ${CMAKE_SOURCE_DIR}/src)
  endif()
  if(VOUCH_TESTS AND M_TESTS)
    add_executable(${NAME}_test ${M_TESTS})
    target_link_libraries(${NAME}_test PRIVATE ${lib} vouch_options GTest::gtest_main)
    vouch_compile_quickly(${NAME}_test)
    vouch_test_name(test ${NAME})
    add_test(NAME ${test} COMMAND ${NAME}_test)
    vouch_label_test(${NAME} TARGET ${NAME}_test LABELS ${M_LABELS})
  endif()
  if(VOUCH_BENCHES AND M_BENCHES)
    add_executable(${NAME}_bench ${M_BENCHES})
    target_link_libraries(${NAME}_bench PRIVATE ${lib} vouch_options benchmark::benchmark_main)
    set_target_properties(${NAME}_bench PROPERTIES
                          RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/benches)
    add_dependencies(all_benches ${NAME}_bench)
  endif()
  if(VOUCH_FUZZ)
    foreach(source IN LISTS M_FUZZERS)
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${lib} vouch_options -fsanitize=fuzzer)
      set_target_properties(${fuzzer} PROPERTIES
                            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
      add_dependencies(all_fuzzers ${fuzzer})
      vouch_test_name(test ${fuzzer})
      add_test(NAME ${test} COMMAND ${CMAKE_SOURCE_DIR}/tools/fuzz ${VOUCH_FUZZ_SECONDS}
                                    $<TARGET_FILE:${fuzzer}>)
      vouch_label_test(${fuzzer} TARGET ${fuzzer} LABELS fuzz)
    endforeach()
  endif()
endfunction()
