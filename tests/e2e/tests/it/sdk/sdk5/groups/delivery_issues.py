import clicksend_client as c


def run(s):
    api = s.api('DeliveryIssuesApi')
    made = s.succeeded(api.delivery_issues_post(c.DeliveryIssue(
        message_id='B388828B-AD46-4366-8AD3-0305FF5E3FE5', type='SMS', description=s.unique, email_address='test@example.com')))
    listed = s.succeeded(api.delivery_issues_get(page=1, limit=100))
    s.check([row['description'] for row in listed['data'] if row['issue_id'] == str(made['issue_id'])] == [s.unique], listed)
