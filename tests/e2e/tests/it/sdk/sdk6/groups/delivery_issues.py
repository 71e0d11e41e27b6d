def run(s):
    api = s.api('MessageDeliveryApi')
    made = s.succeeded(api.create_delivery_issue(create_delivery_issue_request={
        'message_id': 'B388828B-AD46-4366-8AD3-0305FF5E3FE5', 'type': 'SMS', 'description': s.unique,
        'email_address': 'test@example.com'}))
    listed = s.succeeded(api.get_all_delivery_issues())
    s.check([row.description for row in listed.data.data if row.issue_id == str(made.data.issue_id)] == [s.unique], listed)
