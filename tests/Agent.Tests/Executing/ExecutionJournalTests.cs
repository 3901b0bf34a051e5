using System.Text;
using Ecs.Agent.Executing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Agent.Tests.Executing;

public sealed class ExecutionJournalTests : IDisposable
{
    private static readonly OpenExecution Open = new() { Id = "e1", TaskArn = "arn:task", RuntimeId = "c1", ExecId = "x1" };

    private readonly string _directory =
        Path.Combine(Path.GetTempPath(), $"ecs-executions-{Guid.NewGuid():N}");

    private ExecutionJournal Journal => new(_directory, NullLogger.Instance);

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Given_what_was_kept_when_the_agent_starts_anew_then_it_is_there_as_it_was_last()
    {
        Assert.Empty(Journal.Load());
        Journal.Save(Open);
        Journal.Save(Open with { Id = "e2" });
        Journal.Save(Open.Ended(7, "why"));

        Assert.Equal([Open.Ended(7, "why"), Open with { Id = "e2" }], Journal.Load());
        Journal.Remove("e1");
        Journal.Remove("e1");
        Assert.Equal([Open with { Id = "e2" }], Journal.Load());
    }

    [Theory]
    [InlineData("{ \"id\": \"e1\", ")]
    [InlineData("null")]
    [InlineData("{ \"id\": \"e9\", \"taskArn\": \"arn:task\", \"runtimeId\": \"c1\" }")]
    public void Given_a_file_that_is_no_execution_when_it_is_read_then_it_is_set_aside_and_the_others_are_there(string text)
    {
        Journal.Save(Open);
        Journal.Save(Open with { Id = "e2" });
        var file = Path.Combine(_directory, "e1.json");
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));

        Assert.Equal([Open with { Id = "e2" }], Journal.Load());
        Assert.True(File.Exists(file + ".corrupt"));
    }

    [Fact]
    public void Given_an_id_that_would_lead_out_of_the_directory_when_it_is_kept_then_it_stays_in_it()
    {
        Journal.Save(Open with { Id = "../e1" });

        Assert.Equal("../e1", Assert.Single(Journal.Load()).Id);
        Assert.Single(Directory.GetFiles(_directory));
    }
}
