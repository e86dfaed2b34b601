"""The rules that keep the parts apart and the files small, checked on the source itself."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY, MODULE, TRAINING, PAGE = (
    ROOT / name
    for name in ("CMRSegmentationLib", "CMRSegmentation", "Training", "CMRSegmentationWeb")
)
SLICER = {"slicer", "qt", "ctk", "vtk"}
TORCH_AT_TOP_LEVEL = {"unet", "inference", "precision", "tensors", "redrawing_network"}
LIBRARY_MAY_USE = {"numpy", "scipy", "SimpleITK", "pydicom", "torch", "CMRSegmentationLib"}
PAGE_MAY_USE = {
    "CMRSegmentationLib",
    "CMRSegmentationWeb",
    "PIL",
    "flask",
    "numpy",
    "scipy",
    "waitress",
    "werkzeug",
}
EXTRAS_OF_THE_COMMAND_LINE = {
    "dask",
    "distributed",
    "highdicom",
    "pyarrow",
    "matplotlib",
    "tqdm",
}  # imported inside functions: without them a picture is left out
MAY_WRITE_TO_THE_STREAMS = {
    "CMRSegmentationLib/__main__.py",
    "CMRSegmentationLib/command_line/run.py",
}
LONGEST_FILE, LONGEST_FUNCTION = 450, 60
MOST_FILES_IN_A_ROOM = 20

# Imports run one way: a package imports itself and those of earlier rows. A file at the top of a
# part is named by its stem; in Training, every command is one, and commands come last.
ORDER = {
    "CMRSegmentationLib": (
        ("__init__",),
        ("errors",),
        ("sentences",),
        ("findings", "patient", "stages", "whole_files"),
        ("image",),
        ("anatomy", "palette"),
        ("reading",),
        ("segmenting",),
        ("trust",),
        ("measuring",),
        ("reporting",),
        ("pipeline",),
        ("command_line",),
        ("__main__",),
    ),
    "Training": (
        ("__init__",),
        ("datasets",),
        ("samples",),
        ("scoring",),
        ("processes",),
        ("adaptation",),
        ("classification",),
        ("learning",),
        ("reporting",),
        ("commands",),
    ),
}
NEEDS_TORCH = {  # the others through inference
    "segmenting.unet",
    "segmenting.inference",
    "segmenting.precision",
    "segmenting.tensors",
    "segmenting.network_cine",
    "segmenting.recognition",
    "trust.redrawing",
    "trust.redrawing_network",
    "trust.looking",
    "trust.judging",
    "pipeline",
}


def python_files(*folders: Path) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "__pycache__" not in path.parts
    )


def own_files() -> list[Path]:
    return python_files(LIBRARY, MODULE, TRAINING, PAGE, ROOT / "Testing", ROOT / "scripts")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes) -> set[str]:
    """Dotted names of what syntax nodes import; `from a import b` gives both `a` and `a.b`."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def imports_anywhere(path: Path) -> set[str]:
    return imported(ast.walk(tree(path)))


def imports_at_import_time(path: Path) -> set[str]:
    """What runs at import: everything but the bodies of functions and `if TYPE_CHECKING`."""
    return imported(_statements_at_import_time(tree(path).body))


def _statements_at_import_time(body):
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            yield from _statements_at_import_time(getattr(node, field, []))


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class TestImports:
    def test_the_library_imports_neither_slicer_nor_training_nor_the_module_nor_the_page(self):
        forbidden = SLICER | {"Training", "CMRSegmentation", "CMRSegmentationMRML", PAGE.name}
        assert {
            named(p): f
            for p in python_files(LIBRARY)
            if (f := packages(imports_anywhere(p)) & forbidden)
        } == {}

    def test_torch_is_imported_by_unet_and_inference_alone_when_the_library_is_imported(self):
        users = {
            p.stem for p in python_files(LIBRARY) if "torch" in packages(imports_at_import_time(p))
        }
        assert users <= TORCH_AT_TOP_LEVEL

    def test_the_library_does_without_the_numpy_bridge_of_pytorch(self):
        bridge = re.compile(r"from_numpy\(|\.numpy\(|as_tensor\(")
        users = {named(p) for p in python_files(LIBRARY) if bridge.search(p.read_text("utf-8"))}
        assert users == set()

    def test_the_library_uses_nothing_that_slicer_lacks_but_torch(self):
        allowed = LIBRARY_MAY_USE | set(sys.stdlib_module_names)
        found = {
            named(p): packages(imports_at_import_time(p)) - allowed for p in python_files(LIBRARY)
        }
        assert {name: extra for name, extra in found.items() if extra} == {}
        inside = {named(p): packages(imports_anywhere(p)) - allowed for p in python_files(LIBRARY)}
        assert {
            name: extra for name, extra in inside.items() if extra - EXTRAS_OF_THE_COMMAND_LINE
        } == {}

    def test_the_module_imports_neither_training_nor_torch_at_any_level(self):
        forbidden = {"Training", "torch", PAGE.name}
        assert {
            named(p): f
            for p in python_files(MODULE)
            if (f := packages(imports_anywhere(p)) & forbidden)
        } == {}

    def test_training_imports_neither_slicer_nor_the_module_nor_the_tests(self):
        forbidden = {"slicer", "qt", "ctk", "CMRSegmentation", "CMRSegmentationMRML", "Testing"}
        assert {
            named(p): f
            for p in python_files(TRAINING)
            if (f := packages(imports_anywhere(p)) & forbidden)
        } == {}

    def test_the_page_uses_the_library_its_extra_and_nothing_else(self):
        allowed = PAGE_MAY_USE | set(sys.stdlib_module_names)
        found = {named(p): packages(imports_anywhere(p)) - allowed for p in python_files(PAGE)}
        assert {name: extra for name, extra in found.items() if extra} == {}

    def test_the_page_loads_nothing_from_elsewhere(self):
        outside = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/2000/svg")[\w.-]+\.[a-z]{2,}""")
        files = [path for path in (PAGE / "static").iterdir() if path.suffix != ".png"]
        assert {named(p): found for p in files if (found := outside.findall(p.read_text()))} == {}

    def test_all_but_the_network_and_the_pipeline_can_be_imported_without_torch(self):
        names = sorted({name_inside(path, LIBRARY) for path in python_files(LIBRARY)} - NEEDS_TORCH)
        code = (
            f"import importlib, sys\n"
            f"for name in {names}: importlib.import_module('CMRSegmentationLib.' + name)\n"
            f"assert 'torch' not in sys.modules"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("part", [LIBRARY, TRAINING], ids=named)
    def test_every_package_has_its_place_in_the_order(self, part):
        placed = [name for row in ORDER[part.name] for name in row]
        rooms = {path.parent.name for path in python_files(part)} - {part.name}
        assert rooms <= set(placed)
        if part == LIBRARY:
            assert {path.stem for path in part.glob("*.py")} <= set(placed)
        assert len(placed) == len(set(placed))

    @pytest.mark.parametrize("part", [LIBRARY, TRAINING], ids=named)
    def test_imports_between_packages_run_one_way(self, part):
        assert backward_imports(part) == []

    @pytest.mark.parametrize(
        ("part", "file", "line"),
        [
            (
                "CMRSegmentationLib",
                "anatomy/planted.py",
                "from CMRSegmentationLib.reading.files import read_input",
            ),
            ("CMRSegmentationLib", "image.py", "import CMRSegmentationLib.measuring.measures"),
            (
                "CMRSegmentationLib",
                "reporting/planted.py",
                "from CMRSegmentationLib import pipeline",
            ),
            ("Training", "samples/planted.py", "from Training.learning import losses"),
            ("Training", "reporting/planted.py", "def f():\n    from Training.train import train"),
        ],
    )
    def test_a_planted_import_that_runs_upward_is_found(self, tmp_path, part, file, line):
        planted = tmp_path / part / file
        planted.parent.mkdir(parents=True)
        planted.write_text(line, encoding="utf-8")
        assert len(backward_imports(tmp_path / part)) == 1

    @pytest.mark.parametrize("part", [LIBRARY, TRAINING], ids=named)
    def test_imports_never_run_in_a_circle(self, part):
        assert files_in_circles(part) == set()

    def test_a_planted_circle_is_found(self, tmp_path):
        room = tmp_path / "Training" / "samples"
        room.mkdir(parents=True)
        (room / "one.py").write_text("from Training.samples.other import x", encoding="utf-8")
        (room / "other.py").write_text("from Training.samples import one", encoding="utf-8")
        assert files_in_circles(tmp_path / "Training") == {"samples.one", "samples.other"}

    def test_nothing_outside_the_tests_imports_them(self):
        parts = python_files(LIBRARY, MODULE, PAGE)
        assert [
            named(path) for path in parts if "Testing" in packages(imports_anywhere(path))
        ] == []


def name_inside(path: Path, part: Path) -> str:
    """The dotted name of a file inside its part: `reading.files`, `pipeline`, `reading`."""
    parts = path.relative_to(part).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def package_of(name: str, part: str) -> str:
    """The entry of `ORDER` that a dotted name inside a part belongs to."""
    first = name.partition(".")[0]
    known = {entry for row in ORDER[part] for entry in row}
    return first if first in known else "commands"


def imports_inside(path: Path, part: Path) -> set[str]:
    """Dotted names inside a part that a file of it imports, at any level."""
    files = {name_inside(p, root) for root in (part, ROOT / part.name) for p in python_files(root)}
    files -= {
        p.parent.name for p in (ROOT / part.name).rglob("__init__.py")
    }  # a room itself holds nothing
    prefix = part.name + "."
    inside = {
        name.removeprefix(prefix) for name in imports_anywhere(path) if name.startswith(prefix)
    }
    return (inside & files) - {name_inside(path, part)}


def backward_imports(part: Path) -> list[str]:
    """Imports of a part's files that run against `ORDER`."""
    level = {name: index for index, row in enumerate(ORDER[part.name]) for name in row}
    found = []
    for path in python_files(part):
        own = package_of(name_inside(path, part), part.name)
        for name in sorted(imports_inside(path, part)):
            other = package_of(name, part.name)
            if other != own and level[other] >= level[own]:
                found.append(f"{name_inside(path, part)} imports {name}")
    return found


def files_in_circles(part: Path) -> set[str]:
    """Files of a part that import each other in a circle."""
    graph = {name_inside(path, part): imports_inside(path, part) for path in python_files(part)}
    while free := [name for name, needs in graph.items() if not needs & set(graph)]:
        for name in free:
            del graph[name]
    return set(graph)


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, less those of the docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = first.end_lineno - first.lineno + 1 if has_docstring else 0
    return function.end_lineno - function.lineno + 1 - docstring


class TestLayout:
    def test_the_module_folder_holds_exactly_one_python_file(self):
        assert [path.name for path in MODULE.glob("*.py")] == ["CMRSegmentation.py"]

    @pytest.mark.parametrize("path", own_files(), ids=named)
    def test_no_file_is_longer_than_450_lines(self, path):
        assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_FILE

    def test_no_function_is_longer_than_60_lines_without_its_docstring(self):
        functions = (
            (code_lines(node), f"{named(path)}: {node.name}")
            for path in own_files()
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        assert [(lines, name) for lines, name in functions if lines > LONGEST_FUNCTION] == []

    def test_no_file_is_called_utils_helpers_common_or_manager(self):
        vague = re.compile(r"(utils?|helpers?|common|misc|manager)$")
        assert [named(path) for path in own_files() if vague.search(path.stem.lower())] == []

    @pytest.mark.parametrize(
        ("folder", "tests"),
        [
            (LIBRARY, ROOT / "Testing" / "Lib"),
            (TRAINING, ROOT / "Testing" / "Training"),
            (MODULE, ROOT / "Testing" / "Slicer"),
            (PAGE, ROOT / "Testing" / "Web"),
        ],
        ids=["library", "training", "module", "page"],
    )
    def test_each_source_file_has_a_test_file_of_its_name(self, folder, tests):
        sources = [path for path in python_files(folder) if path.stem != "__init__"]
        expected = {path: f"test_{path.stem.strip('_').lower()}.py" for path in sources}
        present = {path.name.lower() for path in tests.rglob("test_*.py")}
        assert [named(path) for path, name in expected.items() if name not in present] == []

    @pytest.mark.parametrize(
        "room", [p for part in (LIBRARY, TRAINING) for p in part.iterdir() if p.is_dir()], ids=named
    )
    def test_no_room_holds_more_than_20_files(self, room):
        assert len(list(room.glob("*.py"))) <= MOST_FILES_IN_A_ROOM

    def test_each_experiment_is_a_toml_and_each_model_has_its_card(self):
        assert [
            named(path) for path in (ROOT / "experiments").iterdir() if path.suffix != ".toml"
        ] == []
        models = [path for path in (ROOT / "Resources" / "Models").iterdir() if path.is_dir()]
        assert models
        for model in models:
            assert {"model.json", "weights.pt", "README.md"} <= {
                path.name for path in model.iterdir()
            }


class TestManners:
    def test_only_the_command_line_writes_to_the_streams(self):
        printing = [
            named(path)
            for path in python_files(LIBRARY)
            if named(path) not in MAY_WRITE_TO_THE_STREAMS
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write")
        ]
        assert printing == []

    def test_no_exception_is_swallowed(self):
        swallowed = [
            f"{named(path)}:{node.lineno}"
            for path in own_files()
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
            and all(isinstance(statement, ast.Pass) for statement in node.body)
        ]
        assert swallowed == []

    def test_tracked_files_name_no_folder_of_anyones_machine(self):
        private = re.compile(r"(?<![\w./~])/(home|root|Users|work|mnt|data)/\w\w|[A-Z]:\\\\?Users")
        found = {
            named(path): m.group()
            for path in tracked_text_files()
            if (m := private.search(path.read_text("utf-8")))
        }
        assert found == {}

    def test_no_patient_file_is_committed_but_the_public_sample(self):
        images = (".dcm", ".nii", ".nii.gz", ".nrrd", ".mha", ".mrb", ".ima")
        committed = [path for path in tracked_files() if path.name.lower().endswith(images)]
        assert all(path.parent == ROOT / "Resources" / "SampleData" for path in committed)


def tracked_files() -> list[Path]:
    """What git tracks; without git, everything that is neither hidden nor built."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        built = {"build", "cache", "runs", "output", "__pycache__"}
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file()
            and not any(p in built or p.startswith(".") for p in path.relative_to(ROOT).parts)
        ]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def tracked_text_files() -> list[Path]:
    texts = {".py", ".md", ".toml", ".txt", ".json", ".cmake", ".ui", ".cff", ".csv", ".yml", ""}
    return [path for path in tracked_files() if path.suffix in texts and path != Path(__file__)]
