from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.reporting.cohort import (
    Agreement,
    CohortError,
    CohortRow,
    agreements,
    cohort_as_csv,
    find_outliers,
    keys_of,
    read_cohort,
    read_reference,
)
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.report_files import write_report
from Training.datasets.phantom import HeartPhantom


def rows(*values: float, view: str = "sax", key: str = "lv_edv") -> list[CohortRow]:
    return [CohortRow(f"s{i}", view, {key: value}) for i, value in enumerate(values)]


class TestReading:
    @pytest.fixture
    def out(self, tmp_path):
        heart = HeartPhantom(frames=3, slices=5, es_frame=1)
        report = make_report(heart.labels, InputSummary.of(heart.cine))
        write_report(report, tmp_path / "b")
        write_report(report, tmp_path / "a" / "sax")
        write_report(report, tmp_path / ".a.partial")
        return tmp_path

    def test_every_result_is_a_row_but_unfinished_ones(self, out):
        found, unreadable = read_cohort(out)
        assert [row.study for row in found] == ["a/sax", "b"]
        assert unreadable == []
        assert found[0].view == "sax"
        assert found[0].values["lv_edv"] == pytest.approx(found[1].values["lv_edv"])

    def test_the_table_has_a_column_for_each_measure_that_some_cine_has(self, out):
        header, first, *_ = cohort_as_csv(read_cohort(out)[0]).splitlines()
        assert header.startswith("study,view,worst_finding,lv_edv,lv_esv")
        assert first.split(",")[:2] == ["a/sax", "sax"]
        assert len(first.split(",")) == len(header.split(","))

    def test_linked_folders_are_followed_and_none_is_read_twice(self, out, tmp_path):
        both = tmp_path / "both"
        both.mkdir()
        (both / "site1").symlink_to(out / "a")
        (both / "site2").symlink_to(out / "b")
        (both / "again").symlink_to(both)
        assert [row.study for row in read_cohort(both)[0]] == ["site1/sax", "site2"]

    def test_a_result_has_its_own_name_where_a_link_leads_to_it_as_well(self, out):
        for name in ("0", "latest", "zz"):
            (out / name).symlink_to(out / "a")
        assert [row.study for row in read_cohort(out)[0]] == ["a/sax", "b"]

    def test_reports_that_cannot_be_read_do_not_keep_the_others_back(self, out):
        (out / "other").mkdir()
        (out / "other" / "report.json").write_text('{"schema": "another-report/3"}')
        found, unreadable = read_cohort(out)
        assert len(found) == 2
        (sentence,) = unreadable
        assert sentence.startswith(f"{out / 'other' / 'report.json'}: Expected a report of layout")

    def test_a_folder_whose_only_report_cannot_be_read_is_refused_with_the_reason(self, tmp_path):
        (tmp_path / "report.json").write_text("{}")
        with pytest.raises(CohortError, match=r"found 1 unreadable: .* not a report of"):
            read_cohort(tmp_path)

    def test_a_folder_without_results_is_refused(self, tmp_path):
        with pytest.raises(CohortError, match="Expected results of this program below"):
            read_cohort(tmp_path)

    def test_a_measure_that_a_cine_lacks_is_an_empty_cell(self):
        found = [*rows(100.0), CohortRow("x", "lax_4c", {"lv_area_ed": 20.0}, "warning")]
        assert keys_of(found) == ["lv_edv", "lv_area_ed"]
        assert cohort_as_csv(found).splitlines()[1:] == ["s0,sax,,100,", "x,lax_4c,warning,,20"]


class TestOutliers:
    def test_a_value_far_from_the_median_is_found_with_its_score(self):
        (outlier,) = find_outliers(rows(98, 99, 99, 100, 100, 101, 101, 102, 140))
        # median 100, median deviation 1: 0.6745 × 40
        assert (outlier.study, outlier.value) == ("s8", 140)
        assert outlier.score == pytest.approx(26.98)

    def test_few_values_and_equal_values_have_no_outlier(self):
        assert find_outliers(rows(98, 100, 102, 500)) == []
        assert find_outliers(rows(*[100.0] * 9, 500.0)) == []

    def test_views_are_not_compared_with_each_other(self):
        short = rows(*(100.0 + i for i in range(9)))
        long = [replace(row, view="lax_2c", values={"lv_edv": 20.0}) for row in rows(1.0)]
        assert find_outliers([*short, *long]) == []


class TestAgreement:
    def test_a_constant_difference_is_bias_without_limits_and_lowers_the_icc(self):
        one = Agreement("lv_edv", np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0]))
        assert one.bias == pytest.approx(1.0)
        assert one.limits == pytest.approx((1.0, 1.0))
        # mean squares: rows 2, columns 1.5, error 0; 2 / (2 + 2 × 1.5 / 3)
        assert one.icc == pytest.approx(2 / 3)

    def test_limits_are_1_96_standard_deviations_from_the_bias(self):
        one = Agreement("lv_edv", np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]))
        assert one.limits == pytest.approx((-1.96, 1.96))

    def test_published_peak_flows_have_their_bias_and_limits(self):
        # Bland and Altman 1986, table 1, first readings of two meters: -2.1 l/min, SD 38.8 l/min
        large = "494 395 516 434 476 557 413 442 650 433 417 656 267 478 178 423 427"
        mini = "512 430 520 428 500 600 364 380 658 445 432 626 260 477 259 350 451"
        one = Agreement("lv_edv", *(np.array(text.split(), float) for text in (large, mini)))
        assert one.bias == pytest.approx(-2.1, abs=0.05)
        assert one.limits == pytest.approx((-2.1 - 1.96 * 38.8, -2.1 + 1.96 * 38.8), abs=0.15)

    def test_the_icc_of_two_published_judges(self):
        # judges 1 and 4 of Shrout and Fleiss 1979, table 2; mean squares: rows 37.67 / 5 = 7.533,
        # columns 3, error 7 / 5 = 1.4; (7.533 - 1.4) / (7.533 + 1.4 + 2 × (3 - 1.4) / 6)
        one = Agreement("x", np.array([9.0, 6, 8, 7, 10, 6]), np.array([8.0, 2, 8, 6, 9, 7]))
        assert one.icc == pytest.approx(0.6479, abs=0.0001)

    def test_equal_values_agree_fully(self):
        values = np.array([80.0, 100.0, 120.0])
        assert Agreement("lv_edv", values, values).icc == pytest.approx(1.0)

    def test_studies_meet_by_name(self):
        reference = {"s0": {"lv_edv": 1.0}, "s2": {"lv_edv": 3.0}, "s3": {"lv_edv": 4.0}}
        (one,) = agreements(rows(1.5, 9.0, 2.5, 4.5), reference)
        assert one.found.tolist() == [1.5, 2.5, 4.5]
        assert one.reference.tolist() == [1.0, 3.0, 4.0]

    def test_without_common_studies_it_is_refused(self):
        with pytest.raises(CohortError, match="studies are named by their folders"):
            agreements(rows(1.0, 2.0, 3.0), {"other": {"lv_edv": 1.0}})


class TestReference:
    def test_values_by_study_and_measure(self, tmp_path):
        (tmp_path / "r.csv").write_text("study,lv_edv,lv_ef,note\na,100,55,x\nb,,60,\n")
        assert read_reference(tmp_path / "r.csv") == {
            "a": {"lv_edv": 100.0, "lv_ef": 55.0},
            "b": {"lv_ef": 60.0},
        }

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffstudy;lv_edv;lv_ef\na;100,5;55\nb;;60,25\n",
            "study\tlv_edv\tlv_ef\na\t100.5\t55\nb\t\t60.25\n",
            'study,lv_edv,lv_ef\na,"100,5",55\nb,,"60,25"\n',
            '"","study","lv_edv","lv_ef"\n"1","a",100.5,55\n"2","b",NA,60.25\n',
            "\n Study , LV_EDV, lv_ef\n,,\na , 100.5 ,55\n\nb,nan,60.25\n,,\n",
        ],
        ids=["as of Excel in Europe", "with tabs", "quoted", "as of R", "with spaces"],
    )
    def test_a_table_may_be_written_as_other_programs_write_it(self, text, tmp_path):
        (tmp_path / "r.csv").write_text(text, encoding="utf-8")
        assert read_reference(tmp_path / "r.csv") == {
            "a": {"lv_edv": 100.5, "lv_ef": 55.0},
            "b": {"lv_ef": 60.25},
        }

    def test_columns_that_are_no_measure_are_told(self, tmp_path, caplog):
        (tmp_path / "r.csv").write_text("study,lv_edv,lv_ef_percent,note\na,100,55,x\n")
        assert read_reference(tmp_path / "r.csv") == {"a": {"lv_edv": 100.0}}
        assert caplog.messages == ["No measures, left out of r.csv: lv_ef_percent, note."]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "Expected the column study .* found no row"),
            ("study,edv\na,1\n", "found study, edv"),
            ("study;edv\na;1\n", "found study, edv"),
            ("study,lv_edv\na,big\n", "a number such as 1250.5 in r.csv, line 2, found 'big'"),
            ("study,lv_edv\na,inf\n", "line 2, found 'inf'"),
            ('study,lv_per\na,"1,250"\n', "line 2, found '1,250'"),
            ("study,lv_edv\na,1\na,2\n", "Expected one row of a, found a second in r.csv, line 3"),
            ("lv_edv,study\n1,a\n2\n", "Expected a study, found none in r.csv, line 3"),
            ("study,lv_edv,lv_edv\na,1,2\n", "Expected one column lv_edv in r.csv"),
            ("study,lv_edv,lv_esv\na,195,8,145,2\n", "Expected 3 cells in r.csv, line 2, found 5"),
        ],
    )
    def test_what_cannot_be_understood_is_refused(self, text, message, tmp_path):
        (tmp_path / "r.csv").write_text(text)
        with pytest.raises(CohortError, match=message):
            read_reference(tmp_path / "r.csv")

    @pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
    def test_another_encoding_is_refused(self, encoding, tmp_path):
        (tmp_path / "r.csv").write_text("study,lv_edv\nMüller,100\n", encoding=encoding)
        with pytest.raises(CohortError, match=r"found r\.csv in another encoding"):
            read_reference(tmp_path / "r.csv")
