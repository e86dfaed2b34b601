"""The extension configures, builds, tests, installs and packs, and works where it is installed."""

import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from scripts import list_installed_files

ROOT = Path(__file__).parents[2]
SLICER_DIR = Path(__file__).parent / "host" / "slicer_dir"
MODULES = Path("lib/Slicer-5.13/qt-scripted-modules")
PROGRAMS = Path(sys.executable).parent
# Nothing is compiled, so a machine without compilers will do: CMake is told not to try them.
NO_COMPILER = [
    f"-DCMAKE_{language}_COMPILER{rest}"
    for language in ("C", "CXX")
    for rest in ("=/bin/true", "_FORCED=1")
]


LICENSES = {"CMRSegmentationLib/LICENSE", "CMRSegmentationLib/LICENSE-WEIGHTS"}


def run(*command: str | Path, folder: Path = ROOT, expected: int = 0) -> str:
    environment = {
        **os.environ,
        "SLICER_HOST_PYTHON": sys.executable,
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def configure(source: Path, build: Path, expected: int = 0) -> str:
    return run(
        "cmake",
        "-S",
        source,
        "-B",
        build,
        f"-DSlicer_DIR={SLICER_DIR}",
        *NO_COMPILER,
        "-Wno-deprecated",
        expected=expected,
    )


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Path:
    """A build tree in a folder with a blank and a letter beyond ASCII in its name."""
    folder = tmp_path_factory.mktemp("Slicer bäuen") / "build"
    configure(ROOT, folder)
    run("cmake", "--build", folder)
    return folder


@pytest.fixture(scope="module")
def installed(build, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("größer installed")
    run("cmake", "--install", build, "--prefix", folder)
    return folder


def expected_modules() -> set[str]:
    """Every file that must lie in qt-scripted-modules, from the tree and not from the lists."""
    return {
        name
        for lists in list_installed_files.LISTS.values()
        for folder, patterns in lists.values()
        for name in list_installed_files.files_in_tree(ROOT / folder, patterns)
    }


class TestLists:
    @pytest.mark.parametrize("cmake_file", list_installed_files.LISTS)
    def test_each_list_names_exactly_the_files_of_the_tree(self, cmake_file):
        text = (ROOT / cmake_file).read_text(encoding="utf-8")
        for name, (folder, patterns) in list_installed_files.LISTS[cmake_file].items():
            tree = list_installed_files.files_in_tree(ROOT / folder, patterns)
            listed = list_installed_files.listed_files(text, name)
            assert listed == tree, f"{name} of {cmake_file}: run scripts/list_installed_files.py"

    def test_module_library_panel_icon_terminology_model_and_sample_are_all_in_the_lists(self):
        patterns = [
            r"CMRSegmentation\.py",
            r"CMRSegmentationMRML/__init__\.py",
            r"CMRSegmentationLib/pipeline\.py",
            r"Resources/UI/CMRSegmentation\.ui",
            r"Resources/Icons/CMRSegmentation\.png",
            r"Resources/Terminologies/.+\.json",
            r"Resources/Models/sax/model\.json",
            r"Resources/Models/sax/weights\.pt",
            r"Resources/SampleData/.+\.nii\.gz",
        ]
        files = expected_modules()
        assert [p for p in patterns if not any(re.fullmatch(p, name) for name in files)] == []

    def test_replacing_a_list_changes_that_list_alone(self):
        text = "set(A\n  old.py\n  )\nset(AB\n  kept.py\n  )\n"

        replaced = list_installed_files.replace_list(text, "A", ["x.py", "y.py"])

        assert replaced == "set(A\n  x.py\n  y.py\n  )\nset(AB\n  kept.py\n  )\n"


class TestBuild:
    def test_the_installed_tree_is_the_one_of_the_extension_manager(self, installed):
        found = {
            path.relative_to(installed / MODULES).as_posix()
            for path in (installed / MODULES).rglob("*")
            if path.is_file()
        }

        assert found == expected_modules() | LICENSES

    def test_models_lie_where_the_library_looks_for_them(self, installed):
        library = installed / MODULES / "CMRSegmentationLib"

        assert (library.parent / "Resources" / "Models" / "sax" / "model.json").is_file()

    def test_the_description_is_whole_and_names_the_dependency_on_pytorch(self, installed):
        description = (installed / "share" / "Slicer-5.13" / "CMRSegmentation.s4ext").read_text()

        assert "depends PyTorch\n" in description
        assert "contributors CMRSegmentation developers\n" in description
        assert "under CC BY-NC-SA 4.0. Research use only, not for clinical decisions.\n" in (
            description
        )

    def test_readme_and_license_of_the_package_are_the_extensions_own(self, build):
        settings = (build / "CPackConfig.cmake").read_text(encoding="utf-8")

        assert f'set(CPACK_RESOURCE_FILE_LICENSE "{ROOT / "LICENSE"}")' in settings
        assert f'set(CPACK_PACKAGE_DESCRIPTION_FILE "{ROOT / "README.md"}")' in settings

    def test_the_package_holds_the_module(self, build):
        run("cpack", folder=build)

        (package,) = build.glob("*.tar.gz")
        with tarfile.open(package) as archive:
            assert any(
                name.endswith(f"{MODULES}/CMRSegmentation.py") for name in archive.getnames()
            )

    def test_ctest_runs_the_modules_own_tests(self, build):
        output = run("ctest", "--output-on-failure", folder=build)

        assert "100% tests passed" in output

    def test_a_file_that_is_listed_but_missing_stops_the_configuration(self, tmp_path):
        source = tmp_path / "source"
        for name in (
            "CMakeLists.txt",
            "CMRSegmentation/CMakeLists.txt",
            "CMRSegmentationLib/CMakeLists.txt",
        ):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text((ROOT / name).read_text())

        output = configure(source, tmp_path / "build", expected=1)

        assert "there is no file" in output


class TestInstalled:
    def test_the_library_runs_from_the_installed_tree_and_finds_its_models(self, installed):
        output = run(
            sys.executable, "-m", "CMRSegmentationLib", "models", folder=installed / MODULES
        )

        assert "sax" in output

    def test_the_installed_command_segments_without_matplotlib_as_in_slicer(
        self, installed, tmp_path
    ):
        code = (
            "import runpy, sys; sys.modules['matplotlib'] = None\n"
            "runpy.run_module('CMRSegmentationLib', run_name='__main__')"
        )
        sample = installed / MODULES / "Resources/SampleData/CMR-cine-Sunnybrook.nii.gz"
        out = tmp_path / "Ergebnis größer"
        options = ["--frames", "0", "--device", "cpu", "--threads", "1", "-o", out]
        run(sys.executable, "-c", code, "segment", sample, *options, folder=installed / MODULES)

        written = {path.name for path in (out / "CMR-cine-Sunnybrook").iterdir()}
        assert {"labels.nii.gz", "report.json", "measures.csv", "curves.csv"} <= written
        assert "overview.png" not in written

    def test_the_installed_module_segments_the_sample_with_the_installed_library(self, installed):
        """One phase of it; the test of the built module takes them all."""
        code = (
            "import CMRSegmentation, CMRSegmentationLib, CMRSegmentationMRML\n"
            "for module in (CMRSegmentation, CMRSegmentationLib, CMRSegmentationMRML):\n"
            "    print('FROM', module.__file__)\n"
            "from CMRSegmentationMRML import segmentations\n"
            "from CMRSegmentationMRML.settings import RunSettings\n"
            "logic = CMRSegmentation.CMRSegmentationLogic()\n"
            "cine = logic.load(logic.samplePath())[0]\n"
            "sequence = logic.segment(cine.sequence, RunSettings(frames='0'))\n"
            "labels = segmentations.read_labels(sequence, cine).array\n"
            "print('PHASES', len(labels), 'LABELS', *sorted(set(labels[0].ravel().tolist())))"
        )
        launcher = [
            SLICER_DIR / "Slicer",
            "--testing",
            "--additional-module-paths",
            installed / MODULES,
        ]
        output = run(*launcher, "--python-code", code, folder=installed)

        sources = [
            line.removeprefix("FROM ") for line in output.splitlines() if line.startswith("FROM ")
        ]
        assert len(sources) == 3
        assert all(source.startswith(str(installed)) for source in sources)
        assert "PHASES 20 LABELS 0 1 2 3\n" in output


class TestCatalog:
    def test_the_entry_is_written_canonically(self):
        text = (ROOT / "CMRSegmentation.json").read_text(encoding="utf-8")

        assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"

    def test_the_entry_follows_the_schema_and_names_the_category(self):
        entry = json.loads((ROOT / "CMRSegmentation.json").read_text(encoding="utf-8"))
        allowed = {
            "$schema",
            "build_dependencies",
            "build_subdirectory",
            "category",
            "dicom_support_rule",
            "enabled",
        }
        allowed |= {"scm_revision", "scm_type", "scm_url", "tier"}

        assert set(entry) <= allowed
        assert entry["$schema"].endswith("slicer-extension-catalog-entry-schema-v1.0.2.json#")
        assert entry["category"] == "Cardiac"
        assert "/Slicer" in entry["scm_url"]

    def test_name_and_dependencies_agree_with_cmake(self):
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        entry = json.loads((ROOT / "CMRSegmentation.json").read_text(encoding="utf-8"))

        assert "project(CMRSegmentation)" in cmake
        assert f'set(EXTENSION_DEPENDS "{" ".join(entry["build_dependencies"])}")' in cmake

    def test_no_text_of_the_description_holds_a_semicolon_which_would_cut_it(self):
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        texts = re.findall(r"set\(EXTENSION_\w+ \"([^\"]*)\"\)", cmake)

        assert len(texts) >= 8
        assert [text for text in texts if ";" in text] == []

    def test_module_and_extension_name_the_same_contributors(self):
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        module = (ROOT / "CMRSegmentation" / "CMRSegmentation.py").read_text(encoding="utf-8")
        (name,) = re.findall(r"set\(EXTENSION_CONTRIBUTORS \"([^\"]*)\"\)", cmake)

        assert f'contributors = ["{name}"]' in module
        assert name in (ROOT / "LICENSE").read_text(encoding="utf-8")

    def test_every_picture_that_cmake_names_is_in_the_repository(self):
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        names = re.findall(r"/main/(Resources/[^\s\"]+)", cmake)

        assert len(names) >= 2
        assert [name for name in names if not (ROOT / name).is_file()] == []

    def test_both_icons_are_square_pictures_with_a_transparent_ground(self):
        matplotlib_image = pytest.importorskip("matplotlib.image")
        for name in (
            "Resources/CMRSegmentation.png",
            "CMRSegmentation/Resources/Icons/CMRSegmentation.png",
        ):
            pixels = matplotlib_image.imread(ROOT / name)
            assert pixels.shape[0] == pixels.shape[1] >= 128
            assert pixels[0, 0, 3] == 0
            assert pixels[pixels.shape[0] // 2, pixels.shape[1] // 2, 3] == 1
