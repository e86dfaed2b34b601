import csv
import io

import pytest

from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.studies import studies_of, study_of, study_with


def rows(text):
    return {(row["cine"], row["key"]): float(row["value"]) for row in csv.DictReader(text)}


class TestStudies:
    def test_a_study_has_its_cines_and_tables(self, done_study):
        (study,) = studies_of(done_study)
        content = study.as_json()
        assert (content["name"], sorted(content["cines"])) == ("study", ["lax_4c", "sax"])
        assert all(measure["name"] for measure in content["measures"])
        for name in content["files"]:
            assert study.file(name).is_file()
        with pytest.raises(RefusedError):
            study.file("../study.csv")

    def test_a_cine_alone_is_no_study(self, done):
        assert studies_of(done) == ()
        assert study_with(done, done.results_folder / "phantom") is None
        for number in (0, -1):
            with pytest.raises(RefusedError):
                study_of(done, number)

    def test_its_table_follows_a_cine_that_is_measured_again(self, client, done_study):
        address = f"/api/jobs/{done_study.id}"
        cines = client.get(f"{address}/cines").json
        number = [cine["name"] for cine in cines].index("sax")
        table = f"{address}/studies/0/files/study.csv"
        before = rows(io.StringIO(client.get(table, buffered=True).get_data(as_text=True)))
        volumes = cines[number]["report"]["volumes_ml"]["lv"]
        assert before["sax", "lv_edv"] == pytest.approx(volumes[0], abs=0.01)
        answer = client.post(f"{address}/cines/{number}/measure", json={"ed": 1, "es": 3})
        assert answer.status_code == 200
        after = rows(io.StringIO(client.get(table, buffered=True).get_data(as_text=True)))
        assert after["sax", "lv_edv"] == pytest.approx(volumes[1], abs=0.01)
        assert after["lax_4c", "lv_area_ed"] == before["lax_4c", "lv_area_ed"]
        assert client.get(f"{address}/studies").json[0]["name"] == "study"
        assert client.get(f"{address}/studies/1/files/study.csv").status_code == 404
