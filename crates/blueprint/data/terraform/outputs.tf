{% for one in tf.outputs %}
{% if not loop.first %}

{% endif %}
output {{ one.name|yaml }} {
  description = {{ one.says|hcl }}
  value       = {{ one.value|safe }}
}
{% endfor %}
