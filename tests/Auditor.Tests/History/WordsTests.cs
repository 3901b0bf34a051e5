using Ecs.Auditor.History;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.History;

public sealed class WordsTests
{
    [Fact]
    public void Given_whoever_asked_when_written_then_a_person_knows_who_it_is()
    {
        Assert.Equal("alice", Words.Actor("arn:aws:iam::000000000000:user/alice"));
        Assert.Equal("account 123456789012", Words.Actor("arn:aws:iam::123456789012:root"));
        Assert.Equal("the Agent of fedcba98…", Words.Actor(Instance));
        Assert.Equal("nightly", Words.Actor("nightly"));
    }

    [Fact]
    public void Given_a_long_id_when_written_then_its_beginning_is_enough()
    {
        Assert.Equal("deploy-42", Words.Id("deploy-42"));
        Assert.Equal("token:0123456789abcd…", Words.Id("token:" + TaskId));
    }
}
