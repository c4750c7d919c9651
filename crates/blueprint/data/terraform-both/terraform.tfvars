# What the decision says. Change sizes in the workload file and write the blueprint anew.
{% for one in tf.given %}
{{ one.name|safe }} = {{ one.value|hcl }}
{% endfor %}
{% if tf.asked %}

# To be given:
{% for one in tf.asked %}
# {{ one|safe }} =
{% endfor %}
{% endif %}
