import shutil
from pathlib import Path

import pytest

from scripts import check_container
from scripts.check_container import (
    REPOSITORY,
    Container,
    StepError,
    context_files,
    instructions,
    is_ignored,
    main,
    require_installed,
)


class TestDockerfile:
    def test_its_steps_work_and_the_page_and_the_command_line_answer(self, capsys):
        pytest.importorskip("waitress")
        assert main(["--installed"]) == 0, capsys.readouterr().err

    def test_instructions_are_joined_and_comments_left_out(self):
        text = "# a\nFROM x\n\nrun one \\\n  two\n"
        assert list(instructions(text)) == [("FROM", "x"), ("RUN", "one    two")]

    def test_what_is_not_known_is_not_passed_over(self, tmp_path):
        with pytest.raises(StepError, match="ONBUILD"):
            Container(tmp_path, installed=True).do("ONBUILD", "x")


class TestContext:
    def test_what_dockerignore_keeps_out_is_not_copied(self):
        assert is_ignored(Path("Testing/conftest.py"))
        assert is_ignored(Path("CMRSegmentationLib/__pycache__/image.pyc"))
        assert not is_ignored(Path("CMRSegmentationLib/image.py"))
        assert Path("Resources/Models/sax/weights.pt") in context_files("Resources/Models")

    @pytest.mark.parametrize("source", ["Testing", "nothing"])
    def test_a_copy_of_what_is_not_there_fails(self, tmp_path, source):
        with pytest.raises(StepError, match=source):
            Container(tmp_path, installed=True).copy([source, "x"])

    def test_files_lie_where_docker_puts_them(self, tmp_path):
        container = Container(tmp_path, installed=True)
        container.do("WORKDIR", "/app")
        container.do("COPY", "requirements/web.txt requirements/")
        container.do("COPY", "LICENSE ./")
        container.do("COPY", "CMRSegmentationWeb page")
        for name in ("requirements/web.txt", "LICENSE", "page/static/main.js"):
            assert (tmp_path / "app" / name).is_file()

    def test_paths_of_the_container_lie_below_its_root(self, tmp_path):
        container = Container(tmp_path, installed=True)
        container.do("ENV", "PYTHONPATH=/app")
        assert container.environment == {"PYTHONPATH": f"{tmp_path}/app"}
        assert container.inside("/run/password") == f"{tmp_path}/run/password"
        assert container.inside("a/app") == "a/app"


class TestInstalled:
    def test_the_versions_that_are_locked_are_those_of_the_tests(self):
        require_installed(REPOSITORY / "requirements" / "web.txt")

    def test_another_version_is_named(self, tmp_path):
        (tmp_path / "lock.txt").write_text("numpy==0.1\n")
        with pytest.raises(StepError, match=r"numpy 0\.1, found"):
            require_installed(tmp_path / "lock.txt")

    def test_a_failing_step_is_told_with_what_it_said(self, monkeypatch, tmp_path, capsys):
        shutil.copy(REPOSITORY / ".dockerignore", tmp_path)
        (tmp_path / "Dockerfile").write_text("FROM x\nRUN echo broken >&2; exit 3\n")
        monkeypatch.setattr(check_container, "REPOSITORY", tmp_path)
        assert main(["--installed"]) == 1
        assert "broken" in capsys.readouterr().err
