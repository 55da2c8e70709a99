{#
One identity among published figures: `left` `relation` `right` to `within`, in `unit`, for the reason `because`. Its rows are compared in
int_identity_checks; here are those that miss, less the known exceptions. A test does not see its own name: it is found by what it says.
#}
{% test identity(model, says, left, right, within, unit, because, relation='=', each=none, since=none, first=false, rows=none, families=none, known=none) %}
{% set named = identities() | selectattr('of.says', 'equalto', says) | selectattr('of.left', 'equalto', left) | map(attribute='name') | list %}
select * from {{ model }}
where identity_id in ('{{ named | join("', '") }}') and is_missed and not is_known
{% endtest %}
