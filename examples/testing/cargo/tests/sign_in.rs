mod handset;

use handset::Handset;
use sign_in::SignIn;

#[test]
fn the_code_signs_in_once() {
    let handset = Handset::new("+15551230001");
    let mut sign_in = SignIn::default();
    sign_in.begin(handset.number).expect("a code is sent");
    let code = handset.code();
    assert!(sign_in.finish(handset.number, &code));
    assert!(!sign_in.finish(handset.number, &code));
}

#[test]
fn whoever_answers_no_is_not_signed_in() {
    let handset = Handset::new("+15551230002");
    let mut sign_in = SignIn::default();
    sign_in.begin(handset.number).expect("a code is sent");
    let code = handset.code();
    handset.reply("No");
    sign_in.read_replies().expect("replies are read");
    assert!(!sign_in.finish(handset.number, &code));
}
