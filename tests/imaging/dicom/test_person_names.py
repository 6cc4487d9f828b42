from imaging.dicom.person_names import fold, fold_name


def test_folding_forgets_case_width_accents_and_runs_of_spaces():
    assert fold("ＭüLLER   Jörg") == "muller jorg"
    assert fold("Straße") == "strasse"


def test_each_group_is_folded_and_hanzi_get_their_pinyin():
    folded = fold_name("Zhang^San=张^三=")
    assert (folded.alphabetic, folded.ideographic, folded.pinyin) == ("zhang^san", "张^三", "zhangsan")


def test_hanzi_in_the_first_group_count_as_ideographic():
    folded = fold_name("李^四")
    assert (folded.alphabetic, folded.ideographic, folded.pinyin) == ("李^四", "李^四", "lisi")


def test_a_name_without_hanzi_has_no_pinyin_and_an_endless_one_is_cut():
    assert fold_name("Doe^Jane").pinyin == ""
    assert len(fold_name("x" * 10_000).alphabetic) < 400
