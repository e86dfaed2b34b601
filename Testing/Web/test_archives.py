import stat
import zipfile

import pytest

from CMRSegmentationWeb.archives import unpack
from CMRSegmentationWeb.refusals import RefusedError

MIB = 1 << 20


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(archive, folder, **limits):
    with pytest.raises(RefusedError) as caught:
        unpack(archive, folder, **({"most_bytes": 500 * MIB, "most_files": 10} | limits))
    assert not folder.exists()
    return str(caught.value)


class TestUnpack:
    def test_files_lie_in_their_folders(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"s/1.dcm": b"one", "s/t/2.dcm": b"three"})
        assert unpack(archive, tmp_path / "a", most_bytes=100, most_files=2) == (8, 2)
        assert (tmp_path / "a" / "s" / "t" / "2.dcm").read_bytes() == b"three"

    @pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "C:\\x"])
    def test_a_name_that_leads_out_is_refused(self, tmp_path, name):
        sentence = refused(make_zip(tmp_path / "a.zip", {"ok": b"", name: b"x"}), tmp_path / "a")
        assert "leads out" in sentence

    def test_a_bomb_of_100_mb_of_zeros_is_refused(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"zeros": bytes(100 * MIB)})
        assert archive.stat().st_size < MIB
        assert "far more than images" in refused(archive, tmp_path / "a")

    def test_more_bytes_or_files_than_allowed_are_refused(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"1": b"x" * 600, "2": b"y" * 600})
        assert "at most" in refused(archive, tmp_path / "a", most_bytes=1000)
        assert "at most 1 files" in refused(archive, tmp_path / "a", most_files=1)

    def test_a_member_that_lies_about_its_size_is_refused(self, tmp_path):
        archive = make_zip(tmp_path / "a.zip", {"1": b"x" * 5000})
        content = archive.read_bytes()
        true, false = (5000).to_bytes(4, "little"), (10).to_bytes(4, "little")
        archive.write_bytes(content.replace(true, false))
        refused(archive, tmp_path / "a", most_bytes=1000)

    def test_a_link_is_refused(self, tmp_path):
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(link, "/etc/passwd")
        assert "link" in refused(tmp_path / "a.zip", tmp_path / "a")

    @pytest.mark.parametrize("content", [b"", b"PK\3\4 not an archive"])
    def test_damage_is_refused(self, tmp_path, content):
        (tmp_path / "a.zip").write_bytes(content)
        assert "damaged" in refused(tmp_path / "a.zip", tmp_path / "a")

    def test_an_archive_without_files_is_refused(self, tmp_path):
        assert "empty" in refused(make_zip(tmp_path / "a.zip", {"folder/": b""}), tmp_path / "a")

    def test_files_whose_names_differ_in_replaced_letters_alone_are_all_there(self, tmp_path):
        names = ["가/IM1", "가/IM2", "나/IM1", "나/IM2", "S (1)", "S_1_"]
        archive = make_zip(tmp_path / "a.zip", {name: name.encode() for name in names})
        unpack(archive, tmp_path / "a", most_bytes=1000, most_files=6)
        files = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
        assert sorted(path.read_text("utf-8") for path in files) == sorted(names)

    @pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("a", "./a")])
    def test_two_files_or_a_file_and_a_folder_of_one_name_are_refused(self, tmp_path, names):
        archive = make_zip(tmp_path / "a.zip", dict.fromkeys(names, b"1"))
        assert "one name" in refused(archive, tmp_path / "a")
