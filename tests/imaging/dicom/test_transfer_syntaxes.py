from pydicom.uid import AllTransferSyntaxes, DeflatedExplicitVRLittleEndian

from imaging.dicom.transfer_syntaxes import lookup


def test_agrees_with_pydicom_on_every_syntax():
    for uid in AllTransferSyntaxes:
        ours = lookup(str(uid))
        assert (ours.implicit, ours.big_endian) == (uid.is_implicit_VR, not uid.is_little_endian), uid.name
        if uid.is_compressed and uid != DeflatedExplicitVRLittleEndian:
            assert ours.encapsulated, uid.name


def test_an_unknown_syntax_is_taken_for_encapsulated():
    assert lookup("1.2.3.4").encapsulated
    assert not lookup("1.2.3.4").lossless


def test_two_syntaxes_never_leave_over_the_web():
    forbidden = [uid for uid in AllTransferSyntaxes if not lookup(str(uid)).allowed_on_the_web]
    assert [str(uid) for uid in forbidden] == ["1.2.840.10008.1.2", "1.2.840.10008.1.2.2"]
