using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Pure;

public sealed class SuspectMessageTests
{
    private static readonly Answer ByAnother = new()
    {
        Error = new CommandError(ErrorTypes.Client, "another key") { Field = "signature" },
    };

    private readonly Hours _time = new();
    private readonly SuspectMessages _suspects;

    public SuspectMessageTests() => _suspects = new SuspectMessages(_time);

    [Fact]
    public void Given_refused_signatures_then_the_first_of_each_kind_and_signer_is_kept_in_an_hour()
    {
        Assert.True(Kept("submit-task-states", "SHA256:a", ByAnother));
        Assert.False(Kept("submit-task-states", "SHA256:a", ByAnother));
        Assert.True(Kept("submit-task-states", "SHA256:b", ByAnother));
        Assert.True(Kept("register-container-instance", "SHA256:a", ByAnother));
        _time.Passed++;
        Assert.True(Kept("submit-task-states", "SHA256:a", ByAnother));
    }

    [Fact]
    public void Given_many_signers_then_only_so_many_are_kept_in_an_hour()
    {
        var kept = Enumerable.Range(0, 1_000).Count(i => Kept("submit-task-states", $"SHA256:{i}", ByAnother));
        Assert.Equal(SuspectMessages.MaxKept, kept);
        _time.Passed++;
        Assert.True(Kept("submit-task-states", "SHA256:0", ByAnother));
    }

    [Fact]
    public void Given_any_other_answer_then_nothing_is_kept_and_a_broken_signature_is_one()
    {
        Assert.False(Kept("submit-task-states", "SHA256:a", new Answer()));
        Assert.False(Kept("submit-task-states", "SHA256:a", new Answer { Error = CommandError.Wrong("session", "is old") }));
        Assert.True(Kept("submit-task-states", null, new Answer
        {
            Error = CommandError.Wrong(SignatureHeaders.Signature, "must be the body's"),
        }));
    }

    private bool Kept(string command, string? signer, Answer said)
    {
        var delivery = new Delivery("scheduler", $"ecs.commands.{command}", "", new BasicProperties(), default, 1, null!)
        {
            Gone = default,
            Abandon = default,
            Stopping = default,
        };
        return _suspects.MustKeep(delivery, new SubmitTaskStates { SignedBy = signer }, said, out _);
    }

    private sealed class Hours : TimeProvider
    {
        public int Passed { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Passed * 3600;
    }
}
