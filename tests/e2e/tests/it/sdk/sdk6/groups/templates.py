def run(s):
    api = s.api('SmsApi')
    made = s.succeeded(api.create_sms_template(create_sms_template_request={'template_name': 'SDK 6', 'body': 'Hello (First Name)'}))
    number = made.data.template_id
    listed = s.succeeded(api.view_sms_templates(page=1, limit=100))
    s.check(number in [row.template_id for row in listed.data.data], listed)
    s.succeeded(api.update_sms_template(template_id=number, create_sms_template_request={'template_name': 'SDK 6', 'body': 'Bye'}))
    seen = s.succeeded(api.view_a_specific_sms_template(template_id=number))
    s.check(seen.data.body == 'Bye', seen)
    s.succeeded(api.delete_sms_template(template_id=number))
    s.refused(404, api.view_a_specific_sms_template, template_id=number)
