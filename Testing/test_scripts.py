"""The scripts around the project: the environment, the benchmark's cine, the lists for CMake."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from PIL import Image

from scripts import (
    bench,
    bench_batch,
    draw_icon,
    list_installed_files,
    setup_environment,
    test_oldest,
    update_translations,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def fake_project(tmp_path, monkeypatch):
    """A project whose lock files are small and whose commands are recorded, not run."""
    (tmp_path / "requirements").mkdir()
    for name in ("runtime.txt", "web.txt", "development.txt"):
        (tmp_path / "requirements" / name).write_text(f"# {name}\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(setup_environment, "ROOT", tmp_path)
    monkeypatch.setattr(setup_environment, "ENVIRONMENT", tmp_path / ".venv")
    commands = []
    monkeypatch.setattr(setup_environment, "run", lambda command, *_: commands.append(command))
    return tmp_path, commands


class TestEnvironment:
    def test_a_lock_is_installed_once(self, fake_project):
        _, commands = fake_project

        setup_environment.install_locked("runtime")
        setup_environment.install_locked("runtime")

        assert len(commands) == 1
        assert commands[0][-1].endswith("runtime.txt")

    def test_a_changed_lock_is_installed_again(self, fake_project):
        folder, commands = fake_project
        setup_environment.install_locked("runtime")

        (folder / "requirements" / "runtime.txt").write_text("# newer\n")
        setup_environment.install_locked("runtime")

        assert len(commands) == 2

    def test_development_contains_runtime(self, fake_project):
        _, commands = fake_project

        setup_environment.install_locked("development")
        setup_environment.install_locked("runtime")

        assert [Path(command[-1]).name for command in commands] == ["development.txt"]

    def test_an_old_python_is_refused_in_a_sentence(self, monkeypatch):
        monkeypatch.setattr(sys, "version_info", (3, 9, 2))

        with pytest.raises(
            setup_environment.MissingError, match=r"3\.11 or 3\.12 is needed, found 3\.9\.2"
        ):
            setup_environment.check_python()

    def test_without_the_rights_the_packages_are_named(self, monkeypatch):
        monkeypatch.setattr(setup_environment.os, "geteuid", lambda: 1000)

        with pytest.raises(
            setup_environment.MissingError, match="sudo apt-get install libegl1 libgl1"
        ):
            setup_environment.install_debian_packages(
                ["libegl1", "libgl1"], "the checks need system libraries"
            )

    def test_programs_that_check_dicom_are_no_must(self, monkeypatch, capsys, tmp_path):
        monkeypatch.setattr(setup_environment.os, "geteuid", lambda: 1000)
        monkeypatch.setattr(setup_environment.sys, "platform", "linux")
        monkeypatch.setattr(setup_environment, "PROGRAMS", {tmp_path / "none": "dicom3tools"})
        setup_environment.provide_programs()
        error = capsys.readouterr().err
        assert "will be skipped" in error
        assert "sudo apt-get install dicom3tools" in error

    def test_wrong_usage_ends_with_status_2(self, capsys):
        assert setup_environment.main(["everything"]) == 2
        assert "runtime|web|development" in capsys.readouterr().err

    def test_a_command_that_fails_becomes_a_sentence(self):
        with pytest.raises(setup_environment.MissingError, match="the thing failed"):
            setup_environment.run([sys.executable, "-c", "raise SystemExit(3)"], "the thing failed")

    def test_every_locked_package_has_one_exact_version(self):
        for name in ("runtime.txt", "development.txt"):
            lines = (ROOT / "requirements" / name).read_text().splitlines()
            pinned = [line for line in lines if line and not line.startswith(("#", "-r "))]
            assert all(line.count("==") == 1 for line in pinned)
            assert len({line.partition("==")[0].lower() for line in pinned}) == len(pinned)


class TestBench:
    def test_a_small_cine_becomes_25_frames_of_12_slices_of_256_squared(self):
        array = np.arange(3 * 2 * 150 * 301).reshape(3, 2, 150, 301)

        usual = bench.to_usual_size(array)

        assert usual.shape == (25, 12, 256, 256)
        np.testing.assert_array_equal(usual[3, 0, 53:203], array[0, 0, :, 22:278])
        np.testing.assert_array_equal(usual[4, 11, 53:203], array[1, 1, :, 22:278])

    def test_the_written_cine_keeps_its_spacing(self, tmp_path):
        small = sitk.JoinSeries(
            [sitk.GetImageFromArray(np.full((2, 30, 40), t, dtype=np.int16)) for t in range(2)]
        )
        small.SetSpacing((1.5, 1.25, 8.0, 40.0))
        sitk.WriteImage(small, str(tmp_path / "small.nii.gz"))

        bench.write_usual_size(tmp_path / "small.nii.gz", tmp_path / "usual.nii.gz")

        usual = sitk.ReadImage(str(tmp_path / "usual.nii.gz"))
        assert usual.GetSize() == (256, 256, 12, 25)
        assert usual.GetSpacing() == pytest.approx((1.5, 1.25, 8.0, 40.0))

    def test_shares_add_up_and_a_missed_bar_is_said(self):
        measured = {"inference, s": 7.0, "whole command, s": 10.0, "peak memory, GiB": 1.0}

        lines = bench.describe({"infer": 7.0, "read": 1.0}, measured)

        assert "70.0 %" in lines[1]
        assert "20.0 %" in lines[3]
        assert "above the bar of 6" in lines[4]
        assert "within the bar of 12" in lines[5]

    def test_the_command_is_measured_again_beside_a_busy_cpu(self, tmp_path, monkeypatch, capsys):
        """The second time takes twice as long as the first."""
        seconds = iter((4.0, 8.0))

        def run_command(cine, folder, precision="auto"):
            (folder / "out" / "bench").mkdir(parents=True, exist_ok=True)
            report = '{"seconds": {"localize": 1.0, "infer": 2.0}}'
            (folder / "out" / "bench" / "report.json").write_text(report)
            return next(seconds), 1.0

        monkeypatch.setattr(bench, "run_command", run_command)
        monkeypatch.setattr(bench, "write_usual_size", lambda source, target: None)
        (tmp_path / "cine.nii").touch()
        assert bench.main([str(tmp_path / "cine.nii"), "--busy"]) == 0
        line = capsys.readouterr().out.splitlines()[-1]
        assert line.split("times as long")[1].split()[:2] == ["2.00", "within"]

    def test_without_a_cine_the_usage_is_printed(self, capsys):
        assert bench.main([]) == 2
        assert "Usage" in capsys.readouterr().err


class TestOldest:
    @pytest.fixture
    def commands(self, monkeypatch):
        commands = []
        monkeypatch.setattr(test_oldest, "run", lambda *command: commands.append(command))
        return commands

    @staticmethod
    def answer(monkeypatch, *labels):
        found = iter([np.array(one) for one in labels])
        monkeypatch.setattr(test_oldest, "segmented", lambda *_: next(found))

    def test_every_room_that_imports_pytorch_or_pydicom_is_tested(self):
        imports = re.compile(r"^\s*(?:import|from) (?:torch|pydicom)\b", re.MULTILINE)
        library = ROOT / "CMRSegmentationLib"
        files = [path.relative_to(library) for path in library.rglob("*.py")]
        found = {path.parts[0] for path in files if imports.search((library / path).read_text())}
        assert found == set(test_oldest.ROOMS)
        assert [name for name in test_oldest.TESTS if not (ROOT / name).exists()] == []

    def test_each_test_that_is_left_out_is_there(self):
        tests = {path.name for path in (ROOT / "Testing" / "Lib").rglob("test_*.py")}
        assert set(test_oldest.NEWER_THAN_OLDEST) <= tests

    def test_each_test_that_imports_an_extra_is_left_out(self):
        imports = re.compile(r"^(?:import|from) (?:highdicom|distributed)\b", re.MULTILINE)
        folders = [ROOT / name for name in test_oldest.TESTS if (ROOT / name).is_dir()]
        files = [path for folder in folders for path in folder.glob("test_*.py")]
        found = {path.name for path in files if imports.search(path.read_text(encoding="utf-8"))}
        assert found <= set(test_oldest.NEWER_THAN_OLDEST)
        assert "test_dicom_seg.py" in found

    def test_an_environment_that_is_there_is_used(self, commands, monkeypatch, tmp_path):
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "python").touch()
        self.answer(monkeypatch, [0, 1, 2], [0, 1, 2])
        assert test_oldest.main(["--environment", str(tmp_path)]) == 0
        assert {command[0] for command in commands} == {tmp_path / "bin" / "python"}

    def test_one_is_made_where_there_is_none(self, commands, monkeypatch, tmp_path):
        self.answer(monkeypatch, [1], [1])
        test_oldest.main(["--environment", str(tmp_path), "--python", "python3"])
        assert commands[0] == ("python3", "-m", "venv", tmp_path)

    def test_a_single_voxel_of_another_label_fails(self, commands, monkeypatch, tmp_path, capsys):
        self.answer(monkeypatch, [0, 1, 2], [0, 1, 3])
        assert test_oldest.main(["--environment", str(tmp_path)]) == 1
        assert "1 of 2 heart voxels" in capsys.readouterr().out

    def test_a_python_that_is_not_there_is_a_sentence(self, tmp_path, capsys):
        arguments = ["--environment", str(tmp_path / "new"), "--python", "/nowhere/python3.12"]
        assert test_oldest.main(arguments) == 1
        assert "/nowhere/python3.12 cannot be run" in capsys.readouterr().err

    def test_tests_that_fail_end_it(self, monkeypatch, tmp_path, capsys):
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "python").symlink_to("/bin/false")
        assert test_oldest.main(["--environment", str(tmp_path)]) == 1
        assert "Status 1" in capsys.readouterr().err


class TestBenchBatch:
    def test_the_studies_differ_and_a_small_one_is_the_middle_of_the_usual_size(self, tmp_path):
        frames = [np.full((2, 30, 40), 10 * t, dtype=np.int16) for t in range(3)]
        small = sitk.JoinSeries([sitk.GetImageFromArray(frame) for frame in frames])
        small.SetSpacing((1.5, 1.25, 8.0, 40.0))
        sitk.WriteImage(small, str(tmp_path / "cine.nii.gz"))
        bench_batch.write_studies(tmp_path / "cine.nii.gz", tmp_path / "studies", 3, small=True)
        files = sorted((tmp_path / "studies").iterdir())
        assert len(files) == len({file.read_bytes() for file in files}) == 3
        assert sitk.ReadImage(str(files[0])).GetSize() == (96, 96, 6, 4)

    def test_what_a_command_takes_is_measured_with_its_children(self):
        code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**6))'])"
        measured = bench_batch.run([sys.executable, "-c", code])
        assert measured.processor_s > 0.0
        assert max(measured.memory_gib) < 1.0

    def test_memory_that_grows_is_seen(self):
        grows = bench_batch.Measured(1.0, 1.0, (1.0, 1.0, 1.0, 1.5, 1.5, 1.5, 2.0, 2.0))
        flat = bench_batch.Measured(1.0, 1.0, (0.2, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
        assert grows.growth == pytest.approx(0.6)  # 2.0 over the mean of 1.0 and 1.5
        assert flat.growth == 0.0


class TestTranslations:
    def test_what_is_translated_stays_what_is_new_waits_and_what_is_gone_goes(self, tmp_path):
        path = tmp_path / "Panel_de.ts"
        known = {("Panel", "Apply"): "Anwenden", ("Panel", "Gone"): "Weg"}
        update_translations.write_ts(path, "de", {"Panel": ["Apply", "5 % < 6"]}, known)
        assert update_translations.translations_of(path) == {("Panel", "Apply"): "Anwenden"}
        text = path.read_text(encoding="utf-8")
        assert '<TS version="2.1" language="de" sourcelanguage="en">' in text
        assert '<translation type="unfinished" />' in text
        assert "Gone" not in text

    def test_a_text_counts_as_translated_in_its_context_alone(self):
        known = {("Panel", "Apply"): "Anwenden"}
        texts = {"Panel": ["Apply"], "Other": ["Apply"]}
        assert update_translations.untranslated(texts, known) == [("Other", "Apply")]

    def test_texts_of_code_are_those_under_an_underscore(self, tmp_path):
        path = tmp_path / "panel.py"
        path.write_text("a = _('One' ' text')\nb = translate('Slicer', 'Cardiac')\nc = 'plain'\n")
        assert list(update_translations.texts_of_code(path)) == ["One text"]

    def test_names_of_nodes_in_the_ui_file_are_no_texts(self):
        root = ET.fromstring(
            '<ui><string>Cine</string><string notr="true">key</string><string> </string>'
            '<stringlist notr="true"><string>vtkMRMLSequenceNode</string></stringlist></ui>'
        )
        assert list(update_translations.texts_of_ui(root)) == ["Cine"]

    def test_a_missing_translation_is_named_and_fails(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(update_translations, "TRANSLATIONS", tmp_path / "new")
        monkeypatch.setattr(update_translations, "LANGUAGES", ("fr",))
        monkeypatch.setattr(update_translations, "texts_by_context", lambda: {"Panel": ["Apply"]})
        assert update_translations.main() == 1
        assert "CMRSegmentation_fr.ts: Panel: 'Apply' is not translated" in capsys.readouterr().err
        assert (tmp_path / "new" / "CMRSegmentation_fr.qm").is_file()


def test_files_that_are_hidden_or_built_are_not_listed(tmp_path):
    for name in ("b.py", "a/c.py", "__pycache__/b.cpython-311.py", ".hidden.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert list_installed_files.files_in_tree(tmp_path, ["**/*.py"]) == ["a/c.py", "b.py"]


def test_a_missing_list_is_named():
    with pytest.raises(ValueError, match="MODULE_PYTHON_SCRIPTS"):
        list_installed_files.listed_files("set(OTHER\n  a.py\n  )", "MODULE_PYTHON_SCRIPTS")


def test_the_icon_shows_ventricles_around_a_blood_pool(tmp_path):
    from matplotlib.image import imread

    draw_icon.draw(tmp_path / "icon.png", 64)

    pixels = imread(tmp_path / "icon.png")
    red, green, blue = (pixels[32, column, :3].argmax() for column in (40, 56, 12))
    assert (red, green, blue) == (0, 1, 2)
    assert pixels[2, 2, 3] == 0


def test_the_panel_is_drawn_narrow_and_wide_light_and_dark(tmp_path):
    script = ROOT / "scripts" / "make_panel_states.py"
    command = [sys.executable, script, tmp_path, "--states", "trusted"]
    subprocess.run(command, check=True, capture_output=True)
    widths = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as picture:
            widths[path.name] = picture.width
    assert widths == {
        f"trusted_{width}_{ground}.png": width
        for width in (430, 700)
        for ground in ("light", "dark")
    }
