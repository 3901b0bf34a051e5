using System.Text.Json;
using Ecs.Contracts.Commands;
using MassTransit;

namespace Ecs.Bus.Tests.Commands;

/// <summary>A .NET program with MassTransit as it comes: its envelope, its request client, its GUIDs.</summary>
public sealed class EnvelopeTests(Broker broker) : IAsyncLifetime
{
    private IBusControl _bus = null!;

    public async ValueTask InitializeAsync()
    {
        _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            var user = broker.Uri.UserInfo.Split(':');
            rabbit.Host(broker.Uri.Host, (ushort)broker.Uri.Port, "/", host =>
            {
                host.Username(user[0]);
                host.Password(user[1]);
            });
        });
        await _bus.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    [Fact]
    public async Task Given_masstransits_request_client_when_it_asks_then_it_gets_the_answer()
    {
        await using var house = await House.StartAsync(broker);
        RunTask? seen = null;
        await using var listening = await house.Service.ListenAsync(Services.Scheduler, (command, _) =>
        {
            seen = (RunTask)command;
            return Task.FromResult(new Answer
            {
                CommandId = command.CommandId,
                Result = JsonSerializer.SerializeToElement(new { ok = true }),
            });
        }, default);
        var client = _bus.CreateRequestClient<RunTask>(new Uri("exchange:ecs.commands.run-task"), House.Deadline);

        var response = await client.GetResponse<Answer>(
            new RunTask { CommandId = "from-net", TaskDefinition = "web:1", Count = 2 });

        Assert.Equal("from-net", response.Message.CommandId);
        Assert.True(response.Message.Result!.Value.GetProperty("ok").GetBoolean());
        Assert.Equal(("web:1", 2), (seen!.TaskDefinition, seen.Count));
    }

    [Fact]
    public async Task Given_no_command_id_when_masstransit_asks_then_its_message_id_serves()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, (command, _) => Task.FromResult(new Answer()), default);
        var client = _bus.CreateRequestClient<CreateCluster>(
            new Uri("exchange:ecs.commands.create-cluster"), House.Deadline);
        var messageId = Guid.NewGuid();

        var response = await client.GetResponse<Answer>(
            new CreateCluster(), context => context.UseExecute(send => send.MessageId = messageId));

        Assert.Equal(messageId.ToString(), response.Message.CommandId);
    }

    [Fact]
    public async Task Given_a_refusal_when_masstransit_asks_then_it_gets_the_error_as_an_answer()
    {
        await using var house = await House.StartAsync(broker);
        await using var listening = await house.Service.ListenAsync(
            Services.Scheduler, (command, _) => Task.FromResult(new Answer()), default);
        var client = _bus.CreateRequestClient<Unlike>(new Uri("exchange:ecs.commands.stop-task"), House.Deadline);

        var response = await client.GetResponse<Answer>(new Unlike("x"));

        Assert.Equal("InvalidParameterException", response.Message.Error!.Type);
        Assert.Equal("unknown member 'colour'", response.Message.Error.Message);
    }
}

/// <summary>A message that is no command.</summary>
public sealed record Unlike(string Colour);
