import django.db.models.deletion
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('notifications', '0002_slots'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('address', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=300)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('delivery_failed', 'delivery_failed'), ('delivery_unknown', 'delivery_unknown'), ('delivery_missed', 'delivery_missed'), ('delivery_held', 'delivery_held'), ('slot_empty', 'slot_empty'), ('slot_missed', 'slot_missed'), ('webhook_disabled', 'webhook_disabled'), ('conversation_assigned', 'conversation_assigned'), ('rule_fired', 'rule_fired'), ('recheck_due', 'recheck_due'), ('trial_over', 'trial_over')], max_length=24)),
                ('cause', models.CharField(max_length=200)),
                ('parameters', models.JSONField(default=dict)),
                ('path', models.CharField(blank=True, max_length=300)),
                ('count', models.PositiveIntegerField(default=1)),
                ('in_app', models.BooleanField(default=True)),
                ('mail', models.CharField(choices=[('off', 'off'), ('each', 'each'), ('daily', 'daily')], default='off', max_length=5)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('mailed_count', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'workspace', 'last_at', 'id'], name='notification_list'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['mail', 'user', 'workspace'], name='notification_unread')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('read_at__isnull', True)), fields=('user', 'workspace', 'cause'), name='one_unread_each_cause')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('delivery_failed', 'delivery_failed'), ('delivery_unknown', 'delivery_unknown'), ('delivery_missed', 'delivery_missed'), ('delivery_held', 'delivery_held'), ('slot_empty', 'slot_empty'), ('slot_missed', 'slot_missed'), ('webhook_disabled', 'webhook_disabled'), ('conversation_assigned', 'conversation_assigned'), ('rule_fired', 'rule_fired'), ('recheck_due', 'recheck_due'), ('trial_over', 'trial_over')], max_length=24)),
                ('in_app', models.BooleanField()),
                ('mail', models.CharField(choices=[('off', 'off'), ('each', 'each'), ('daily', 'daily')], max_length=5)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'workspace', 'kind'), name='one_preference_each_kind')],
            },
        ),
    ]
