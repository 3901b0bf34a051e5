using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Commands;

/// <summary>The asking side of the quick way where the client's library fails.</summary>
public sealed class QuickQuestionsTests
{
    private int _made;
    private int _disposed;

    [Fact]
    public async Task Given_a_broker_that_is_silent_for_too_long_when_a_query_is_asked_then_it_is_left_to_the_usual_way()
    {
        await using var questions = Questions(() => Task.FromException<IChannel>(new TaskCanceledException()));

        Assert.Null(await AskAsync(questions, default));
    }

    [Fact]
    public async Task Given_a_wait_that_was_ended_when_a_query_is_asked_then_it_is_left_to_nobody()
    {
        await using var questions = Questions(() => Task.FromException<IChannel>(new TaskCanceledException()));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AskAsync(questions, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Given_a_channel_that_cannot_be_consumed_when_more_is_asked_then_each_is_closed_again()
    {
        await using var questions = Questions(() => Task.FromResult(Channel()));

        for (var i = 0; i < 3; i++) Assert.Null(await AskAsync(questions, default));

        Assert.Equal((3, 3), (_made, _disposed));
    }

    private static Task<Answer?> AskAsync(QuickQuestions questions, CancellationToken ended)
    {
        var properties = new BasicProperties { CorrelationId = "c", ReplyTo = Reply.DirectReplyTo };
        return questions.AskAsync(new Outgoing(Exchanges.Queries, "any", properties, "{}"u8.ToArray()), ended);
    }

    private static QuickQuestions Questions(Func<Task<IChannel>> open)
    {
        var connection = new BusConnection();
        connection.Opened(Scripted.Of<IConnection>((method, _) => method switch
        {
            "get_IsOpen" => true,
            nameof(IConnection.CreateChannelAsync) => open(),
            _ => throw new NotSupportedException(method),
        }));
        return new QuickQuestions(connection);
    }

    private IChannel Channel()
    {
        _made++;
        return Scripted.Of<IChannel>((method, _) =>
        {
            if (method is nameof(IAsyncDisposable.DisposeAsync)) _disposed++;
            return method switch
            {
                "add_BasicReturnAsync" => null,
                nameof(IAsyncDisposable.DisposeAsync) => ValueTask.CompletedTask,
                nameof(IChannel.BasicConsumeAsync) => Task.FromException<string>(new TaskCanceledException()),
                _ => throw new NotSupportedException(method),
            };
        });
    }
}
