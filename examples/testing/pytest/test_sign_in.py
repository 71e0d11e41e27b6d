from sign_in import SignIn


def test_the_code_signs_in_once(handset):
    sign_in = SignIn()
    sign_in.begin(handset.number)
    code = handset.code()
    assert sign_in.finish(handset.number, code)
    assert not sign_in.finish(handset.number, code)


def test_whoever_answers_no_is_not_signed_in(handset):
    sign_in = SignIn()
    sign_in.begin(handset.number)
    code = handset.code()
    handset.reply("No")
    sign_in.read_replies()
    assert not sign_in.finish(handset.number, code)
