module.exports = async (s) => {
  const api = s.api('DeliveryIssuesApi');
  const made = await s.succeeded(api.deliveryIssuesPost(s.model('DeliveryIssue', {
    messageId: 'B388828B-AD46-4366-8AD3-0305FF5E3FE5', type: 'SMS', description: 'npm', emailAddress: 'test@example.com',
  })));
  const listed = await s.succeeded(api.deliveryIssuesGet());
  s.check(listed.data.some((row) => row.issue_id === String(made.issue_id) && row.description === 'npm'), listed);
};
