using System.Net;
using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Tests;

/// <summary>
/// The whole Gateway over HTTP. Its bus is a double: what services really answer is tested with them.
/// </summary>
public class EcsApiTests
{
    private static readonly (string, string) EuropeanCaller = (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=123456789012/20260803/eu-west-1/ecs/aws4_request, Signature=0");

    [Fact]
    public async Task Given_an_operation_when_posted_then_its_command_is_sent_and_its_result_is_the_reply()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(
            CommandSenderDouble.Result(new { clusterArns = new[] { "a" }, nextToken = "n" }));

        using var reply = await gateway.CallAsync("ListClusters", """{"maxResults": 1}""", EuropeanCaller);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("""{"clusterArns":["a"],"nextToken":"n"}""", await reply.Content.ReadAsStringAsync());
        Assert.Equal("application/x-amz-json-1.1", reply.Content.Headers.ContentType!.MediaType);
        Assert.True(Guid.TryParse(Assert.Single(reply.Headers.GetValues("x-amzn-RequestId")), out _));
        Assert.Equal("42", Assert.Single(reply.Headers.GetValues("x-ecs-position")));
        var sent = Assert.IsType<ListClusters>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal((1, "123456789012", "eu-west-1"), (sent.MaxResults, sent.Account, sent.Region));
        Assert.Equal("arn:aws:iam::123456789012:root", sent.Actor);
        Assert.Equal(sent.CommandId, Assert.Single(reply.Headers.GetValues("x-ecs-command-id")));
    }

    [Fact]
    public async Task Given_a_command_when_sent_then_it_may_be_decided_no_longer_than_its_client_is_kept_waiting()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var before = DateTimeOffset.UtcNow;

        using var reply = await gateway.CallAsync("StopTask", """{"task": "x"}""");

        var deadline = Assert.Single(gateway.Bus.Sent).Deadline!.Value;
        Assert.InRange(deadline, before + Limits.CommandTime, DateTimeOffset.UtcNow + Limits.CommandTime);
        Assert.Equal(Limits.CommandTime + Limits.AnswerGrace, gateway.Bus.LastTimeout);
    }

    [Fact]
    public async Task Given_the_same_client_token_twice_when_sent_then_it_is_the_same_command_in_two_sendings()
    {
        await using var gateway = await GatewayHost.StartAsync();

        using var first = await gateway.CallAsync("RunTask", """{"taskDefinition": "a", "clientToken": "t"}""");
        using var second = await gateway.CallAsync(
            "RunTask",
            """
            {"taskDefinition": "a", "clientToken": "t",
             "cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/default"}
            """);

        Assert.Equal(2, gateway.Bus.Sent.Select(command => command.CommandId).Distinct().Count());
        var repeat = Assert.Single(gateway.Bus.Sent.Select(command => command.RepeatId).Distinct());
        Assert.StartsWith("token:", repeat, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_client_without_tokens_when_it_tries_a_call_again_then_that_is_the_same_command()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var call = ("amz-sdk-invocation-id", "5b0a0e2e-8c0e-4f7a-9d9e-1f0c4c1a7d11");

        using var first = await gateway.CallAsync("RunTask", """{"taskDefinition": "a"}""", call);
        using var again = await gateway.CallAsync("RunTask", """{"taskDefinition": "a"}""", call);
        using var other = await gateway.CallAsync(
            "RunTask", """{"taskDefinition": "a"}""", ("amz-sdk-invocation-id", $"{Guid.NewGuid()}"));

        var ids = gateway.Bus.Sent.Select(command => command.RepeatId).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Fact]
    public async Task Given_a_refusal_when_answered_then_it_is_http_400_with_ecs_s_error_shape()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(new Answer
        {
            Error = new CommandError("ConflictException", "No.") { Field = "clientToken", ResourceIds = ["arn"] },
        });

        using var reply = await gateway.CallAsync("RunTask", "{}");

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Equal(
            """{"__type":"ConflictException","message":"No.","field":"clientToken","resourceIds":["arn"]}""",
            await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Given_no_answer_in_time_when_waited_then_it_is_a_server_fault_that_may_be_sent_again()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => throw new TimeoutException();

        await ExpectAsync(
            await gateway.CallAsync("RunTask", "{}"),
            HttpStatusCode.InternalServerError, "ServerException", "may be sent again");
    }

    [Fact]
    public async Task Given_a_fault_of_the_bus_when_sent_then_it_is_a_server_fault_without_its_innards()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => throw new InvalidOperationException("secret innards");

        using var reply = await gateway.CallAsync("RunTask", "{}");

        Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        Assert.DoesNotContain("innards", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CreateService", "{}", "UnknownOperationException", "CreateService")]
    [InlineData("Nonsense", "{}", "UnknownOperationException", "Nonsense")]
    [InlineData("RunTask", "{\"count\": \"1\"}", "SerializationException", "count")]
    [InlineData("RunTask", "nonsense", "SerializationException", "line 1")]
    [InlineData("RunTask", "{\"commandId\": \"1\"}", "InvalidParameterException", "commandId")]
    public async Task Given_bad_input_when_posted_then_it_is_http_400_and_nothing_is_sent(
        string operation, string body, string type, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync();

        await ExpectAsync(await gateway.CallAsync(operation, body), HttpStatusCode.BadRequest, type, expected);

        Assert.Empty(gateway.Bus.Sent);
        using var next = await gateway.CallAsync("ListClusters", "{}");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(Limits.BodyBytes + 1)]
    [InlineData(3 * Limits.BodyBytes)]
    public async Task Given_a_body_that_is_too_large_when_posted_then_its_limit_is_named(int length)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var body = "{\"family\":\"" + new string('x', length) + "\"}";

        await ExpectAsync(
            await gateway.CallAsync("RegisterTaskDefinition", body),
            HttpStatusCode.BadRequest, "ClientException", "1048576");
    }

    [Fact]
    public async Task Given_a_body_of_unknown_length_that_is_too_large_when_posted_then_its_limit_is_named()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("X-Amz-Target", Api.Operations.TargetPrefix + "RunTask");
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(new MemoryStream(new byte[2 * Limits.BodyBytes]));

        await ExpectAsync(
            await gateway.Http.SendAsync(request), HttpStatusCode.BadRequest, "ClientException", "1048576");
    }

    [Fact]
    public async Task Given_a_body_of_exactly_the_limit_when_posted_then_it_is_read()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var frame = "{\"family\":\"\"}".Length;

        using var reply = await gateway.CallAsync(
            "RegisterTaskDefinition", "{\"family\":\"" + new string('x', Limits.BodyBytes - frame) + "\"}");

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var sent = Assert.IsType<RegisterTaskDefinition>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(Limits.BodyBytes - frame, sent.Family!.Length);
    }

    [Theory]
    [InlineData("PUT", "/", HttpStatusCode.MethodNotAllowed, "POST /")]
    [InlineData("DELETE", "/", HttpStatusCode.MethodNotAllowed, "POST /")]
    [InlineData("POST", "/ecs", HttpStatusCode.NotFound, "There is no POST /ecs here")]
    [InlineData("GET", "/favicon.ico", HttpStatusCode.NotFound, "GET /favicon.ico")]
    [InlineData("POST", "/", HttpStatusCode.BadRequest, "X-Amz-Target is missing")]
    [InlineData("POST", "/log", HttpStatusCode.NotFound, "There is no POST /log here")]
    public async Task Given_a_wrong_way_in_when_tried_then_the_answer_shows_the_right_one(
        string method, string path, HttpStatusCode status, string expected)
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        await ExpectAsync(await gateway.Http.SendAsync(request), status, "UnknownOperationException", expected);
    }

    [Fact]
    public async Task Given_a_page_of_another_site_when_it_posts_then_it_is_refused()
    {
        await using var gateway = await GatewayHost.StartAsync();

        await ExpectAsync(
            await gateway.CallAsync("ListClusters", "{}", ("Origin", "https://example.com")),
            HttpStatusCode.Forbidden, "AccessDeniedException", "other sites");
        Assert.Empty(gateway.Bus.Sent);
    }

    [Fact]
    public async Task Given_the_address_when_opened_then_it_says_what_it_is_and_names_the_ways_in()
    {
        await using var gateway = await GatewayHost.StartAsync();

        using var greeting = JsonDocument.Parse(await gateway.Http.GetStringAsync("/"));

        Assert.Equal("Ecs.Events", greeting.RootElement.GetProperty("product").GetString());
        Assert.Contains(
            "aws ecs --endpoint-url", greeting.RootElement.GetProperty("ways").GetProperty("awsCli").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(Api.Operations.All.Count, greeting.RootElement.GetProperty("operations").GetArrayLength());
    }

    [Fact]
    public async Task Given_more_requests_than_there_are_places_when_sent_then_the_rest_is_told_to_slow_down()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var free = new TaskCompletionSource();
        gateway.Bus.Answering = async (_, _) =>
        {
            await free.Task;
            return CommandSenderDouble.Result(new { });
        };

        var places = Limits.Requests + Limits.WaitingRequests;
        var calls = Enumerable.Range(0, places + 1).Select(_ => gateway.CallAsync("ListClusters", "{}")).ToList();
        var refused = await await Task.WhenAny(calls);
        await ExpectAsync(refused, HttpStatusCode.BadRequest, "ThrottlingException", "try again");

        free.SetResult();
        var replies = await Task.WhenAll(calls);
        Assert.Equal(places, replies.Count(reply => reply.StatusCode is HttpStatusCode.OK));
    }

    private static async Task ExpectAsync(HttpResponseMessage reply, HttpStatusCode status, string type, string message)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.Equal(status, reply.StatusCode);
        Assert.True(reply.Headers.Contains("x-amzn-RequestId"));
        using var error = JsonDocument.Parse(text);
        Assert.Equal(type, error.RootElement.GetProperty("__type").GetString());
        Assert.Contains(message, error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
