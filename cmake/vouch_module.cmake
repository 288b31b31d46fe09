# One call makes a module: its library, its tests, its benchmarks and its fuzz targets.
#
#   vouch_module(field
#     DEPS base                 other modules
#     LIBS PkgConfig::sodium    external targets
#     SOURCES scalar.cc
#     TESTS scalar_test.cc      one GoogleTest program, field_test, for all of them
#     BENCHES scalar_bench.cc   one Google Benchmark program, field_bench
#     FUZZERS scalar_fuzz.cc)   one libFuzzer program a file

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
target_include_directories(vouch_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(VOUCH_FORCE_PORTABLE)
  target_compile_definitions(vouch_options INTERFACE VOUCH_FORCE_PORTABLE=1)
endif()
foreach(sanitizer IN LISTS VOUCH_SANITIZE)
  target_compile_options(vouch_options INTERFACE -fsanitize=${sanitizer} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(vouch_options INTERFACE -fsanitize=${sanitizer})
endforeach()
if(VOUCH_FUZZ)
  target_compile_options(vouch_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(vouch_module NAME)
  cmake_parse_arguments(M "" "" "DEPS;LIBS;SOURCES;TESTS;BENCHES;FUZZERS" ${ARGN})
  list(TRANSFORM M_DEPS PREPEND vouch_)
  set(lib vouch_${NAME})
  if(M_SOURCES)
    add_library(${lib} STATIC ${M_SOURCES})
    target_link_libraries(${lib} PUBLIC ${M_DEPS} ${M_LIBS} PRIVATE vouch_options)
    target_include_directories(${lib} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  else()
    add_library(${lib} INTERFACE)
    target_link_libraries(${lib} INTERFACE ${M_DEPS} ${M_LIBS})
    target_include_directories(${lib} INTERFACE ${CMAKE_SOURCE_DIR}/src)
  endif()
  if(VOUCH_TESTS AND M_TESTS)
    add_executable(${NAME}_test ${M_TESTS})
    target_link_libraries(${NAME}_test PRIVATE ${lib} vouch_options GTest::gtest_main)
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
    set_tests_properties(${NAME} PROPERTIES ENVIRONMENT VOUCH_SOURCE_DIR=${CMAKE_SOURCE_DIR})
  endif()
  if(VOUCH_BENCHES AND M_BENCHES)
    add_executable(${NAME}_bench ${M_BENCHES})
    target_link_libraries(${NAME}_bench PRIVATE ${lib} vouch_options benchmark::benchmark_main)
  endif()
  if(VOUCH_FUZZ)
    foreach(source IN LISTS M_FUZZERS)
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${lib} vouch_options -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
