import pytest

from CMRSegmentationLib.errors import UsageError
from CMRSegmentationWeb.settings import Settings


class TestSettings:
    def test_this_computer_is_served_without_a_password(self, tmp_path):
        assert Settings(tmp_path).allowed_hosts == {"127.0.0.1", "localhost", "::1"}

    @pytest.mark.parametrize("password", [None, "", "short"])
    def test_other_computers_need_a_password_of_12_characters(self, tmp_path, password):
        with pytest.raises(UsageError, match="password of at least 12"):
            Settings(tmp_path, host="192.0.2.7", password=password)

    def test_a_password_for_this_computer_is_as_long(self, tmp_path):
        with pytest.raises(UsageError, match="password of at least 12"):
            Settings(tmp_path, password="")

    def test_every_address_needs_a_name_to_be_asked_for(self, tmp_path):
        with pytest.raises(UsageError, match="--name"):
            Settings(tmp_path, host="0.0.0.0", password="a long password")

    def test_names_are_allowed_but_not_every_address(self, tmp_path):
        settings = Settings(tmp_path, host="0.0.0.0", names=("Lab",), password="a long password")
        assert settings.allowed_hosts == {"127.0.0.1", "localhost", "::1", "lab"}
