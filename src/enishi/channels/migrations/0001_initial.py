import django.db.models.deletion
import enishi.channels.core.lifecycle
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('channels', '0002_oauth_streams_learnt'),
        ('channels', '0003_credential_renewal'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('adapter', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('handle', models.CharField(blank=True, max_length=255)),
                ('remote_id', models.CharField(max_length=500)),
                ('url', models.CharField(blank=True, max_length=1000)),
                ('service_url', models.CharField(blank=True, max_length=500)),
                ('avatar_url', models.CharField(blank=True, max_length=1000)),
                ('description', models.TextField(blank=True)),
                ('state', models.CharField(choices=[(enishi.channels.core.lifecycle.ChannelState['DRAFT'], 'Draft'), (enishi.channels.core.lifecycle.ChannelState['ACTIVE'], 'Active'), (enishi.channels.core.lifecycle.ChannelState['PAUSED'], 'Paused'), (enishi.channels.core.lifecycle.ChannelState['RECONNECT'], 'Reconnect needed'), (enishi.channels.core.lifecycle.ChannelState['ARCHIVED'], 'Disconnected')], default=enishi.channels.core.lifecycle.ChannelState['DRAFT'], max_length=16)),
                ('audience', models.CharField(choices=[('external', 'External audience'), ('internal', 'Internal audience')], default='external', max_length=16)),
                ('function', models.CharField(blank=True, choices=[('marketing', 'Marketing'), ('sales', 'Sales team'), ('service', 'Customer service'), ('hr', 'HR'), ('partners', 'Suppliers and partners')], max_length=9)),
                ('posts_per_week', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('taxonomy', models.JSONField(blank=True, default=dict)),
                ('learnt', models.JSONField(blank=True, default=dict)),
                ('next_read_at', models.DateTimeField(blank=True, null=True)),
                ('last_read_at', models.DateTimeField(blank=True, null=True)),
                ('last_publish_at', models.DateTimeField(blank=True, null=True)),
                ('last_post_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('last_error_at', models.DateTimeField(blank=True, null=True)),
                ('connected_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('backup_owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'next_read_at'], name='channel_due')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'adapter', 'service_url', 'remote_id'), name='one_channel_per_account')],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='credential', serialize=False, to='channels.channel')),
                ('ciphertext', models.BinaryField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('renewing_until', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stream', serialize=False, to='channels.channel')),
                ('holder', models.UUIDField(null=True)),
                ('alive_at', models.DateTimeField(null=True)),
                ('retry_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ActivationItem',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('item', models.CharField(choices=[(enishi.channels.core.lifecycle.Item['OBJECTIVE'], 'Objective'), (enishi.channels.core.lifecycle.Item['AUDIENCE'], 'Audience'), (enishi.channels.core.lifecycle.Item['POLICY'], 'Policy'), (enishi.channels.core.lifecycle.Item['OWNER'], 'Owner'), (enishi.channels.core.lifecycle.Item['CADENCE'], 'Cadence')], max_length=16)),
                ('state', models.CharField(choices=[(enishi.channels.core.lifecycle.ItemState['OPEN'], 'Still open'), (enishi.channels.core.lifecycle.ItemState['SET'], 'Decided'), (enishi.channels.core.lifecycle.ItemState['WAIVED'], 'Waived')], default=enishi.channels.core.lifecycle.ItemState['OPEN'], max_length=8)),
                ('note', models.TextField(blank=True)),
                ('reference', models.UUIDField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activation', to='channels.channel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'item'), name='one_activation_item_each')],
            },
        ),
        migrations.CreateModel(
            name='OAuthApp',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('adapter', models.CharField(max_length=64)),
                ('service_url', models.CharField(max_length=500)),
                ('redirect_uri', models.CharField(max_length=500)),
                ('ciphertext', models.BinaryField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('adapter', 'service_url', 'redirect_uri'), name='one_app_per_server')],
            },
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=64, unique=True)),
                ('ciphertext', models.BinaryField()),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.oauthapp')),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('capability', models.CharField(max_length=16)),
                ('cursor', models.TextField(blank=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='channels.channel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'capability'), name='one_reading_each')],
            },
        ),
    ]
