# The metadata that Slicer asks for, and its macros for scripted modules and their tests.
set(EXTENSION_NAME ${PROJECT_NAME})
foreach(field HOMEPAGE CONTRIBUTORS DESCRIPTION ICONURL SCREENSHOTURLS DEPENDS)
  if("${EXTENSION_${field}}" STREQUAL "")
    message(FATAL_ERROR "EXTENSION_${field} is not set")
  endif()
endforeach()
include(CTest)

macro(slicerMacroBuildScriptedModule)
  cmake_parse_arguments(_module "WITH_GENERIC_TESTS;VERBOSE" "NAME" "SCRIPTS;RESOURCES" ${ARGN})
  if(_module_UNPARSED_ARGUMENTS OR NOT _module_NAME OR NOT _module_SCRIPTS)
    message(FATAL_ERROR "slicerMacroBuildScriptedModule expects NAME and SCRIPTS, found: ${ARGN}")
  endif()
  set(_copies)
  foreach(_file ${_module_SCRIPTS} ${_module_RESOURCES})
    set(_source ${CMAKE_CURRENT_SOURCE_DIR}/${_file})
    if(NOT EXISTS ${_source} OR IS_DIRECTORY ${_source})
      message(FATAL_ERROR "slicerMacroBuildScriptedModule(${_module_NAME}): there is no file '${_file}'")
    endif()
    set(_copy ${CMAKE_BINARY_DIR}/${Slicer_QTSCRIPTEDMODULES_LIB_DIR}/${_file})
    add_custom_command(OUTPUT ${_copy} DEPENDS ${_source}
      COMMAND ${CMAKE_COMMAND} -E copy ${_source} ${_copy} COMMENT "Copying ${_file}")
    list(APPEND _copies ${_copy})
    get_filename_component(_folder ${_file} DIRECTORY)
    install(FILES ${_copy} DESTINATION ${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR}/${_folder}
      COMPONENT RuntimeLibraries)
  endforeach()
  add_custom_target(${_module_NAME} ALL DEPENDS ${_copies})
endmacro()

macro(slicer_add_python_unittest)
  cmake_parse_arguments(_test "" "SCRIPT;TESTNAME_PREFIX" "SLICER_ARGS" ${ARGN})
  get_filename_component(_name ${_test_SCRIPT} NAME_WE)
  add_test(NAME py_${_test_TESTNAME_PREFIX}${_name}
    COMMAND ${Slicer_LAUNCHER_EXECUTABLE} --no-splash --testing ${_test_SLICER_ARGS}
      --additional-module-paths ${CMAKE_BINARY_DIR}/${Slicer_QTSCRIPTEDMODULES_LIB_DIR}
      --python-code "import slicer.testing; slicer.testing.runUnitTest(['${CMAKE_CURRENT_BINARY_DIR}', '${CMAKE_CURRENT_SOURCE_DIR}'], '${_name}')")
endmacro()
