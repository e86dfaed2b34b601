from CMRSegmentationWeb.refusals import RefusedError, conflict, not_found, too_large


class TestRefusals:
    def test_each_has_its_status_and_a_sentence(self):
        refusals = [RefusedError("No."), not_found("job"), conflict("No."), too_large("No.")]
        assert [int(one.status) for one in refusals] == [400, 404, 409, 413]
        assert str(not_found("job")) == "There is no such job."
